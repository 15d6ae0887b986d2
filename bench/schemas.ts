/**
 * Schemas: how long registering and checking take, what others notice of it, and how many records a second are validated.
 * Over HTTP, against the stack as `npm start` has it; validation in this process, on one core.
 */
import type { JsonObject } from '../services/contract/canonical-json.ts'
import type { Outcome } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { atShare, outcomeOf } from './schemas/figures.ts'
import { largeSchema, openRegistry, type Registry, smallSchema, versionsOfLarge } from './schemas/registry.ts'
import { validationRate } from './schemas/validation.ts'
import { openStand } from './stand/stand.ts'

export async function measureSchemas({ rounds, quick, say }: BenchOptions): Promise<Outcome> {
  say('validating the sample records, with nothing else running')
  const rates = await inRounds(rounds, async () => validationRate(quick ? 500 : 2_000))
  const stand = await openStand()
  try {
    const registry = await openRegistry(stand)
    const calls = quick ? 30 : 100
    say('warming up: nothing of it counts')
    await timed(2 * calls, at => registry.register(smallSchema(at)))
    say('registering small schemas')
    const small = await inRounds(rounds, round =>
      timed(calls, at => registry.register(smallSchema((round + 2) * calls + at))),
    )
    say(`checking a large schema against ${versionsOfLarge} versions`)
    await registry.prepareLarge()
    const large = await inRounds(rounds, () =>
      watched(registry, () => timed(calls, at => registry.check(largeSchema(1_000 + at)))),
    )
    say(`registering a large schema after ${versionsOfLarge} versions`)
    const added = await inRounds(rounds, round =>
      registered(registry, Math.ceil(calls / 3), at => largeSchema(10_000 + round * calls + at)),
    )
    return outcomeOf({ calls, small, large, added, rates })
  } finally {
    await stand.close()
  }
}

async function inRounds<T>(rounds: number, measure: (round: number) => Promise<T>): Promise<T[]> {
  const found: T[] = []
  for (let round = 0; round < rounds; round += 1) found.push(await measure(round))
  return found
}

async function timed(calls: number, call: (at: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let at = 0; at < calls; at += 1) {
    const start = performance.now()
    await call(at)
    times.push(performance.now() - start)
  }
  return times
}

/** Each version goes again before the next comes, so that all are compared with as many. */
async function registered(registry: Registry, calls: number, schemaOf: (at: number) => JsonObject): Promise<number[]> {
  const times: number[] = []
  for (let at = 0; at < calls; at += 1) {
    times.push(...(await timed(1, () => registry.register(schemaOf(at)))))
    await registry.forgetNewest()
  }
  return times
}

/** Others keep calling while `work` runs. */
async function watched(registry: Registry, work: () => Promise<number[]>): Promise<{ times: number[]; wait: number }> {
  const usual = atShare(await timed(50, registry.ping), 0.5)
  let isOver = false
  const waits: number[] = []
  const watching = (async () => {
    while (!isOver) waits.push(...(await timed(1, registry.ping)))
  })()
  const times = await work()
  isOver = true
  await watching
  return { times, wait: Math.max(...waits) - usual }
}
