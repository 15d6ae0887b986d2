import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Child, createChild } from './child.ts'
import { compiledCode, repository } from './places.ts'

/** Of each process of ours. Two areas of memory for its threads to allocate from are enough for one that runs JavaScript. */
export const ownEnvironment = { NODE_COMPILE_CACHE: compiledCode, MALLOC_ARENA_MAX: '2' }

type ServicePlan = {
  /** Names the log file, too: `logs/<name>.log`. */
  name: string
  /** From the repository's root: `services/exchange/main.ts`. */
  script: string
  arguments?: string[]
  /** Of Node. */
  flags?: readonly string[]
  /** Where `logs/` is kept. */
  directory: string
  /** All of the service's environment. */
  settings: Record<string, string>
  /** Answers 2xx once the service is ready. */
  readyUrl: string
  onFailure?: (sentence: string) => void
}

/** One of our own services as a process of its own. @throws with the end of its log if it does not become ready. */
export async function startService(plan: ServicePlan): Promise<Child> {
  const instance = randomUUID()
  const child = createChild({
    name: plan.name,
    command: process.execPath,
    args: [...(plan.flags ?? []), join(repository, plan.script), ...(plan.arguments ?? [])],
    env: { ...ownEnvironment, ...plan.settings, DATARUN_INSTANCE: instance },
    logFile: join(plan.directory, 'logs', `${plan.name}.log`),
    stopSignal: 'SIGTERM',
    stopWithin: 15_000,
    isReady: () => answersWell(plan.readyUrl, instance),
    readyWithin: 60_000,
    ...(plan.onFailure && { onFailure: plan.onFailure }),
  })
  await child.start()
  return child
}

/** Another process that holds the port answers `/readyz` with another name, or with none. */
async function answersWell(url: string, instance: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    const text = await response.text()
    return response.ok && (!url.endsWith('/readyz') || JSON.parse(text).instance === instance)
  } catch {
    return false
  }
}

/**
 * Runs `stop` at the first SIGINT or SIGTERM, then exits as shells expect of that signal. A second one exits at once; the
 * lifeline then ends the children.
 */
export function stopOnSignal(stop: () => Promise<void>) {
  let stopping = false
  const heard = (code: number) => async () => {
    if (stopping) process.exit(code)
    stopping = true
    await stop().finally(() => process.exit(code))
  }
  process.on('SIGINT', heard(130))
  process.on('SIGTERM', heard(143))
}
