/** Adapters as one process: one per config file, from their start to their end. Called by main.ts and the command line. */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import v8 from 'node:v8'
import { type Failure, failure, isFailure } from '../contract/failure.ts'
import type { Logger } from '../contract/log.ts'
import { type Adapter, createAdapter } from './adapter.ts'
import { readConfig } from './config.ts'
import { type AdapterMetrics, createMetrics } from './metrics.ts'
import type { FileState } from './publish-file.ts'
import type { AdapterSettings } from './settings.ts'

export type Run = {
  configFiles: readonly string[]
  settings: AdapterSettings
  log: Logger
  /** Publish what is there, then end; else go on until the signal. */
  once: boolean
  signal: AbortSignal
  onProgress?: (dataset: string, state: FileState) => void
}

export type RunOutcome = {
  states: { dataset: string; state: FileState }[]
  failures: Failure[]
}

/** All configs are checked before the first adapter starts. */
export async function runAdapters(run: Run): Promise<RunOutcome> {
  keepMemorySteady()
  const metrics = createMetrics()
  const created = await Promise.all(run.configFiles.map(path => createFromFile(path, run, metrics)))
  const adapters = created.filter((adapter): adapter is Adapter => !isFailure(adapter))
  const failures = [...created.filter(isFailure), ...doubled(adapters)]
  if (failures.length > 0) {
    await closeAll(adapters)
    return { states: [], failures }
  }
  return run.once ? publishOnce(adapters, run) : keepRunning(adapters, run)
}

/** Both would keep their progress under one name, and one take the other's files for published. */
function doubled(adapters: readonly Adapter[]): Failure[] {
  const counts = Map.groupBy(adapters, ({ dataset }) => dataset)
  return [...counts].flatMap(([dataset, of]) =>
    of.length === 1
      ? []
      : [
          failure('CONFIG_INVALID', {
            detail: `${of.length} configs publish ${dataset}: run each on its own, with a DATARUN_STATE_FOLDER of its own`,
          }),
        ],
  )
}

/**
 * V8 lets the space for new objects grow to 128 MiB where the machine is large, and then takes its time before it collects
 * them. It stays as it is after the start instead: 100 MiB less, for no CPU that could be measured.
 */
const keepMemorySteady = () => v8.setFlagsFromString('--semi-space-growth-factor=1')

async function createFromFile(
  path: string,
  { settings, log, onProgress }: Run,
  metrics: AdapterMetrics,
): Promise<Adapter | Failure> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    return failure('CONFIG_INVALID', { detail: `${path} cannot be read (${(error as NodeJS.ErrnoException).code})` })
  }
  const config = readConfig(text, path)
  if (isFailure(config)) return config
  const adapter = await createAdapter(config, settings, {
    log,
    metrics,
    folder: dirname(resolve(path)),
    ...(onProgress && { onProgress: state => onProgress(config.dataset, state) }),
  })
  return isFailure(adapter) ? { ...adapter, detail: `${path}: ${adapter.detail}` } : adapter
}

async function publishOnce(adapters: readonly Adapter[], { onProgress }: Run): Promise<RunOutcome> {
  const outcome: RunOutcome = { states: [], failures: [] }
  for (const { dataset, publishFiles } of adapters) {
    const states = await publishFiles()
    if (isFailure(states)) {
      outcome.failures.push({ ...states, detail: `${dataset}: ${states.detail ?? states.failure}` })
      continue
    }
    for (const state of states) {
      if (state.state !== 'done') onProgress?.(dataset, state)
      outcome.states.push({ dataset, state })
    }
  }
  await closeAll(adapters)
  return outcome
}

async function keepRunning(adapters: readonly Adapter[], { log, signal }: Run): Promise<RunOutcome> {
  const failures = await listenAll(adapters, log)
  if (failures.length > 0) {
    await closeAll(adapters)
    return { states: [], failures }
  }
  const watching = adapters.map(adapter => adapter.watchFiles())
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
  await closeAll(adapters)
  await Promise.all(watching)
  return { states: [], failures: [] }
}

/** Every intake; where there is none, the first adapter alone, which shows the health of the process. */
async function listenAll(adapters: readonly Adapter[], log: Logger): Promise<Failure[]> {
  const intakes = adapters.filter(adapter => adapter.hasIntake)
  const failures: Failure[] = []
  for (const { dataset, listen } of intakes.length > 0 ? intakes : adapters.slice(0, 1)) {
    const address = await listen()
    if (isFailure(address)) failures.push({ ...address, detail: `${dataset}: ${address.detail}` })
    else if (address) log.info({ dataset, address }, 'listening')
  }
  return failures
}

const closeAll = (adapters: readonly Adapter[]) => Promise.all(adapters.map(adapter => adapter.close()))

/** For scripts: 0 all published, 3 ran to the end but something was refused, 1 could not run. */
export function exitCodeOf({ states, failures }: RunOutcome): 0 | 1 | 3 {
  if (failures.length > 0) return 1
  return states.some(({ state }) => state.refused > 0 || state.state === 'stopped') ? 3 : 0
}
