/** A department's CSV file through its adapter, a process of its own, until the hub has every row. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, createChild } from '../../services/local/child.ts'
import { writeCity } from '../../services/local/city/write-city.ts'
import { repository } from '../../services/local/places.ts'
import { ownEnvironment } from '../../services/local/processes.ts'
import { type Figure, figureOf } from '../figures.ts'
import { cpuSeconds, peakMemory, resetPeak } from '../processes.ts'
import { dataset, topic } from '../stand/messages.ts'
import type { Stand } from '../stand/stand.ts'
import { takenIn } from '../stand/taken-in.ts'

/** `cost` is what each process used for a row, in processor microseconds; peak memory in MiB. */
export type FileRun = {
  rows: number
  perSecond: number
  cost: Record<'adapter' | 'exchange' | 'postgres' | 'kafka', number>
  memory: { adapter: number; exchange: number }
}

/** From the adapter's start on. The topic holds `before` messages already. */
export async function fileToRegistry(stand: Stand, people: number, before: number): Promise<FileRun> {
  const folder = join(stand.directory, 'city')
  const { configs, counts } = await writeCity(folder, { people, seed: 1 })
  const config = configs.find(path => path.endsWith(`${dataset}.json`))!
  const rows = counts[dataset]!
  while ((await takenIn(stand.database, topic)) < before) await sleep(50)
  await sleep(settled)
  const { exchange, postgres, kafka } = stand.stack.parts
  const others = { exchange: exchange.pid!, postgres: postgres.pid!, kafka: kafka.pid! }
  await resetPeak(others.exchange)
  const adapter = await adapterOf(stand, folder, config)
  const spent = await cpuOf(others)
  const started = performance.now()
  await adapter.start()
  while ((await takenIn(stand.database, topic)) < before + rows) await sleep(20)
  const seconds = (performance.now() - started) / 1000
  const spentSince = await cpuOf({ ...others, adapter: adapter.pid! })
  const memory = { adapter: await peakMemory(adapter.pid!), exchange: await peakMemory(others.exchange) }
  await adapter.stop()
  const costOf = (name: keyof FileRun['cost']) => ((spentSince[name]! - (spent[name] ?? 0)) * 1e6) / rows
  const cost = {
    adapter: costOf('adapter'),
    exchange: costOf('exchange'),
    postgres: costOf('postgres'),
    kafka: costOf('kafka'),
  }
  return { rows, perSecond: rows / seconds, cost, memory }
}

/** A file that was written to a moment ago is left alone by the adapter. */
const settled = 2_500

async function cpuOf(pids: Record<string, number>): Promise<Record<string, number>> {
  const spent = Object.entries(pids).map(async ([name, pid]) => [name, await cpuSeconds(pid)] as const)
  return Object.fromEntries(await Promise.all(spent))
}

async function adapterOf({ stack, directory }: Stand, folder: string, config: string): Promise<Child> {
  const { system } = JSON.parse(await readFile(config, 'utf8')) as { system: string }
  const key = await stack.keys.of(system)
  return createChild({
    name: 'adapter',
    command: process.execPath,
    args: [join(repository, 'services/adapter/main.ts'), config],
    env: {
      ...ownEnvironment,
      DATARUN_SYSTEM_KEY_FILE: key.file,
      DATARUN_HUB_URL: stack.hub,
      DATARUN_ISSUER: stack.issuer,
      DATARUN_KAFKA_BROKERS: stack.brokers.join(','),
      DATARUN_STATE_FOLDER: join(directory, 'adapter'),
      DATARUN_SOURCE_FOLDER: folder,
      DATARUN_LOG_LEVEL: 'silent',
    },
    logFile: join(directory, 'logs/adapter.log'),
    stopSignal: 'SIGTERM',
    stopWithin: 5_000,
    isReady: async () => true,
    readyWithin: 1_000,
  })
}

const allowed = (cost: FileRun['cost']) =>
  (availableParallelism() * 1e6) / Object.values(cost).reduce((sum, one) => sum + one, 0)

export function fileFigures({ rows, perSecond, cost, memory }: FileRun): Figure[] {
  const one = (name: string, title: string, unit: string, value: number, goal?: Figure['goal']) =>
    figureOf({ name: `ingest.${name}`, title, unit, ...(goal && { goal }) }, [value])
  const title = `CSV file of ${rows.toLocaleString('en')} rows, from the adapter’s start until the last can be pulled`
  const unit = 'µs of CPU a row'
  return [
    one('file', title, 'rows/s', perSecond, { atLeast: 20_000 }),
    one(
      'file.processor',
      'CSV file: what the processor time of all allows on this machine’s cores',
      'rows/s',
      allowed(cost),
    ),
    one('file.adapter', 'CSV file: adapter, with its start', unit, cost.adapter),
    one('file.kafka', 'CSV file: Kafka', unit, cost.kafka),
    one('file.exchange', 'CSV file: exchange', unit, cost.exchange),
    one('file.postgres', 'CSV file: PostgreSQL', unit, cost.postgres),
    one('adapter.memory', 'CSV file: adapter, peak memory', 'MiB', memory.adapter, { atMost: 300 }),
    one('file.memory', 'CSV file: exchange, peak memory', 'MiB', memory.exchange, { atMost: 300 }),
  ]
}
