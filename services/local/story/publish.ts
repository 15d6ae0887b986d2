/** The departments' own adapters, each a process of its own over its department's files. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { WrittenCity } from '../city/write-city.ts'
import { repository } from '../places.ts'
import { ownEnvironment } from '../processes.ts'
import type { HubAccess } from '../stack.ts'

export type Publishing = {
  departments: number
  /** Rows that were published now; 0 on a second start. */
  published: number
  /** Rows that were refused with a report, by the department's own adapter. */
  refused: number
  reports: string[]
  /** From the first adapter's start until the last record can be pulled. */
  seconds: number
  recordsPerSecond: number
}

type AdapterSummary = { dataset: string; rows: number; published: number; refused: number; report?: string }

/** Resolves when every published row can be pulled. `told` is called with how many are, again and again. */
export async function publishCity(
  stack: HubAccess,
  written: WrittenCity,
  places: { state: string },
  told: (taken: number) => void,
): Promise<Publishing> {
  const started = performance.now()
  const database = new pg.Pool({ connectionString: stack.url, max: 1 })
  const systems = Map.groupBy(written.configs, systemIn)
  const watch = new AbortController()
  try {
    const before = await takenIn(database)
    const watching = watchIngest(database, watch.signal, taken => told(taken - before))
    const summaries = await runAdapters(stack, systems, places.state)
    const sum = (count: (summary: AdapterSummary) => number) => summaries.reduce((all, one) => all + count(one), 0)
    const published = sum(summary => summary.published)
    while ((await takenIn(database)) < before + published) await sleep(20)
    const seconds = (performance.now() - started) / 1000
    watch.abort()
    await watching
    told(published)
    return {
      departments: new Set([...systems.keys()].map(system => system.split('/')[0])).size,
      published,
      refused: sum(summary => summary.refused),
      reports: summaries.flatMap(({ report, refused }) => (report && refused > 0 ? [report] : [])),
      seconds: Math.round(seconds * 10) / 10,
      recordsPerSecond: Math.round(published / seconds),
    }
  } finally {
    watch.abort()
    await database.end()
  }
}

const systemIn = (config: string) => (JSON.parse(readFileSync(config, 'utf8')) as { system: string }).system

async function watchIngest(database: pg.Pool, signal: AbortSignal, told: (taken: number) => void) {
  while (!signal.aborted) {
    told(await takenIn(database))
    await sleep(300, undefined, { signal }).catch(() => {})
  }
}

async function takenIn(database: pg.Pool): Promise<number> {
  const text = 'select coalesce(sum(next_offset), 0) as sum from ingest_offset'
  const { rows } = await database.query<{ sum: string }>(text)
  return Number(rows[0]!.sum)
}

/** Two systems at a time: as many as there are cores for. */
async function runAdapters(stack: HubAccess, systems: Map<string, string[]>, state: string): Promise<AdapterSummary[]> {
  const waiting = [...systems]
  const summaries: AdapterSummary[] = []
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      summaries.push(...(await runAdapter(stack, next[0], next[1], state)))
    }
  }
  await Promise.all([worker(), worker()])
  return summaries
}

async function runAdapter(
  stack: HubAccess,
  system: string,
  configs: string[],
  state: string,
): Promise<AdapterSummary[]> {
  const { file } = await stack.keys.of(system)
  const environment = {
    ...ownEnvironment,
    DATARUN_SYSTEM_KEY_FILE: file,
    DATARUN_HUB_URL: stack.hub,
    DATARUN_ISSUER: stack.issuer,
    DATARUN_KAFKA_BROKERS: stack.brokers.join(','),
    DATARUN_KAFKA_TLS: 'false',
    DATARUN_STATE_FOLDER: join(state, system.replace('/', '.')),
    DATARUN_LOG_LEVEL: 'warn',
  }
  const script = join(repository, 'services/cli/main.ts')
  const args = [script, 'adapter', 'run', '--once', '--json', ...configs]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env: environment, maxBuffer: 10_000_000 }, (error, stdout, stderr) => {
      // Exit code 3: done, and some rows were refused and reported.
      if (error && error.code !== 3)
        return reject(new Error(`The adapter of ${system} failed:\n${stderr.slice(-2_000)}`))
      resolve((JSON.parse(stdout) as { files: AdapterSummary[] }).files)
    })
  })
}
