/** From a topic into the registry, against Debezium's sink on the same topic; and from a CSV file until it can be pulled. */
import { type Figure, figureOf, type Outcome, ratioOf } from './figures.ts'
import { type FileRun, fileFigures, fileToRegistry } from './ingest/csv-file.ts'
import type { BenchOptions } from './options.ts'
import { startDebezium } from './peers/debezium/sink.ts'
import { peakMemory, resetPeak, watchCpu } from './processes.ts'
import { type Round, runRounds } from './rounds.ts'
import { openPublisher, publishMany, topic } from './stand/messages.ts'
import { openStand, type Stand } from './stand/stand.ts'
import { takenIn, timed } from './stand/taken-in.ts'

type Run = { perSecond: number; cost: number; postgres: number; memory: number }

export async function measureIngest({ quick, rounds, say }: BenchOptions): Promise<Outcome> {
  const messages = quick ? 30_000 : 60_000
  const stand = await openStand()
  try {
    await stand.stack.parts.exchange.stop()
    const publisher = await openPublisher(stand)
    await publishMany(publisher, 0, messages)
    await publisher.close()
    const measured = await runRounds(
      rounds,
      {
        hub: () => intoRegistry(stand, messages),
        ...(!quick && { Debezium: () => intoTable(stand, messages) }),
      },
      (what, run) => say(`${what}: ${told(run)}`),
    )
    await empty(stand)
    await stand.stack.parts.exchange.start()
    const file = await fileToRegistry(stand, quick ? 10_000 : 270_000, messages)
    say(`CSV file until it can be pulled: ${file.perSecond.toFixed(0)} rows/s`)
    return outcomeOf(measured, file, { messages, rounds })
  } finally {
    await stand.close()
  }
}

async function intoRegistry(stand: Stand, messages: number): Promise<Run> {
  const { exchange, postgres } = stand.stack.parts
  await empty(stand)
  await exchange.start()
  await resetPeak(exchange.pid!)
  const { outcome, cpu } = await watchCpu({ server: exchange.pid!, postgres: postgres.pid! }, () =>
    timed(messages, () => takenIn(stand.database, topic)),
  )
  const memory = await peakMemory(exchange.pid!)
  await exchange.stop()
  await mustStand(stand, messages)
  return runOf(outcome, messages, cpu, memory)
}

/** A message that was rejected is taken in, too: what was measured must have become a record. */
async function mustStand({ database }: Stand, messages: number): Promise<void> {
  const { rows } = await database.query<{ count: string }>('select count(*) as count from record')
  if (Number(rows[0]!.count) !== messages) throw new Error(`${rows[0]!.count} records stand of ${messages} messages`)
}

const runOf = (perSecond: number, messages: number, cpu: Record<string, number>, memory: number): Run => ({
  perSecond,
  cost: (cpu.server! * 1e6) / messages,
  postgres: (cpu.postgres! * 1e6) / messages,
  memory,
})

async function empty({ database }: Stand): Promise<void> {
  await database.query('truncate record, record_subject, record_history, ingest_offset, rejection')
  await database.query('vacuum analyze record, record_subject')
}

let tables = 0

async function intoTable(stand: Stand, messages: number): Promise<Run> {
  const table = `debezium_${++tables}`
  const connect = await startDebezium(stand, table)
  try {
    const pids = { server: connect.pid!, postgres: stand.stack.parts.postgres.pid! }
    const count = async () => {
      const { rows } = await stand.database
        .query<{ count: string }>(`select count(*) as count from ${table}`)
        .catch(() => ({ rows: [{ count: '0' }] }))
      return Number(rows[0]!.count)
    }
    const { outcome, cpu } = await watchCpu(pids, () => timed(messages, count))
    return runOf(outcome, messages, cpu, await peakMemory(connect.pid!))
  } finally {
    await connect.stop()
    await stand.database.query(`drop table if exists ${table}`)
  }
}

const told = ({ perSecond, cost, postgres, memory }: Run) =>
  `${perSecond.toFixed(0)}/s; µs a record: ${cost.toFixed(0)}, PostgreSQL ${postgres.toFixed(0)}; ${memory.toFixed(0)} MiB`

function outcomeOf(measured: Round<Run>[], file: FileRun, setting: Outcome['setting']): Outcome {
  const against = measured[0]!.Debezium
    ? [
        ratioOf(
          { name: 'ingest.to-debezium', title: 'topic → registry: hub / Debezium’s sink', goal: { atLeast: 1.5 } },
          measured,
          round => round.hub!.perSecond,
          round => round.Debezium!.perSecond,
        ),
      ]
    : []
  return {
    measurement: 'ingest',
    setting,
    ratios: against,
    figures: [...Object.keys(measured[0]!).flatMap(name => runFigures(name, measured)), ...fileFigures(file)],
  }
}

function runFigures(name: string, measured: Round<Run>[]): Figure[] {
  const of = (what: keyof Run, title: string, unit: string, goal?: Figure['goal']) =>
    figureOf(
      { name: `ingest.${name}.${what}`, title: `${name}: ${title}`, unit, ...(goal && { goal }) },
      measured.map(round => round[name]![what]),
    )
  return [
    of('perSecond', 'topic → table', '/s'),
    of('cost', 'its process', 'µs of CPU a record'),
    of('postgres', 'PostgreSQL', 'µs of CPU a record'),
    of('memory', 'peak memory', 'MiB', name === 'hub' ? { atMost: 300 } : undefined),
  ]
}
