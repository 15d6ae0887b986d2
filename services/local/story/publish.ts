/** The departments' own adapters, each a process of its own over its department's files. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { WrittenCity } from '../city/write-city.ts'
import { repository } from '../places.ts'
import type { Stack } from '../stack.ts'

export type Publishing = {
  departments: number
  /** Rows that were published now; 0 on a second start. */
  published: number
  /** Rows that were refused with a report, by the department's own adapter. */
  refused: number
  reports: string[]
}

type AdapterSummary = { dataset: string; rows: number; published: number; refused: number; report?: string }

/** Two departments at a time: as many as there are cores for. Resolves when every published row can be pulled. */
export async function publishCity(
  stack: Stack,
  written: WrittenCity,
  places: { state: string },
  told: (taken: number) => void,
): Promise<Publishing> {
  const database = new pg.Client({ connectionString: stack.url })
  await database.connect()
  try {
    const before = await takenIn(database)
    const systems = Map.groupBy(written.configs, systemIn)
    const waiting = [...systems]
    const summaries: AdapterSummary[] = []
    const watch = { over: false }
    const watching = watchIngest(database, watch, taken => told(taken - before))
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        summaries.push(...(await runAdapter(stack, next[0], next[1], places.state)))
      }
    }
    await Promise.all([worker(), worker()])
    const published = summaries.reduce((sum, { published }) => sum + published, 0)
    while ((await takenIn(database)) < before + published) await sleep(50)
    watch.over = true
    await watching
    told(published)
    return {
      departments: new Set([...systems.keys()].map(system => system.split('/')[0])).size,
      published,
      refused: summaries.reduce((sum, { refused }) => sum + refused, 0),
      reports: summaries.flatMap(({ report, refused }) => (report && refused > 0 ? [report] : [])),
    }
  } finally {
    await database.end()
  }
}

const systemIn = (config: string) => (JSON.parse(readFileSync(config, 'utf8')) as { system: string }).system

async function watchIngest(database: pg.Client, watch: { over: boolean }, told: (taken: number) => void) {
  while (!watch.over) {
    told(await takenIn(database))
    await sleep(300)
  }
}

async function takenIn(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ sum: string }>(
    'select coalesce(sum(next_offset), 0) as sum from ingest_offset',
  )
  return Number(rows[0]!.sum)
}

async function runAdapter(stack: Stack, system: string, configs: string[], state: string): Promise<AdapterSummary[]> {
  const { file } = await stack.keys.of(system)
  const environment = {
    DATARUN_SYSTEM_KEY_FILE: file,
    DATARUN_HUB_URL: stack.hub,
    DATARUN_ISSUER: stack.issuer,
    DATARUN_KAFKA_BROKERS: stack.brokers.join(','),
    DATARUN_STATE_FOLDER: join(state, system.replace('/', '.')),
    DATARUN_LOG_LEVEL: 'warn',
  }
  const script = join(repository, 'services/cli/main.ts')
  const args = ['--disable-warning=TimeoutNegativeWarning', script, 'adapter', 'run', '--once', '--json', ...configs]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env: environment, maxBuffer: 10_000_000 }, (error, stdout, stderr) => {
      // Exit code 3: done, and some rows were refused and reported.
      if (error && error.code !== 3)
        return reject(new Error(`The adapter of ${system} failed:\n${stderr.slice(-2_000)}`))
      resolve((JSON.parse(stdout) as { files: AdapterSummary[] }).files)
    })
  })
}
