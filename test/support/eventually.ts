import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Calls `check` again and again until it neither throws nor answers false or undefined, and resolves with its answer.
 * @throws what it last threw, or that the wait was in vain, after `timeout` milliseconds.
 */
export async function eventually<T>(
  check: () => Promise<T> | T,
  { timeout = 60_000, every = 50 } = {},
): Promise<Exclude<T, false | undefined>> {
  const deadline = performance.now() + timeout
  for (;;) {
    const outcome = await attempt(check)
    if ('value' in outcome && outcome.value !== false && outcome.value !== undefined) {
      return outcome.value as Exclude<T, false | undefined>
    }
    if (performance.now() > deadline) {
      throw 'error' in outcome ? outcome.error : new Error(`Waited ${timeout / 1000} s in vain for: ${check}`)
    }
    await sleep(every)
  }
}

async function attempt<T>(check: () => Promise<T> | T): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await check() }
  } catch (error) {
    return { error }
  }
}
