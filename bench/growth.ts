/** The same pulls and the same ingest on a small registry and log and on large ones; what a record and a log entry take. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSigner } from '../services/exchange/access-log/note.ts'
import { packLog } from '../services/exchange/access-log/pack.ts'
import { logOrigin } from '../services/local/stack-settings.ts'
import { type Figure, figureOf, type Outcome } from './figures.ts'
import { load, type Measured } from './load/load.ts'
import { fillLog } from './log/large-log.ts'
import type { BenchOptions } from './options.ts'
import { settle } from './stand/fill-store.ts'
import { openPublisher, publishMany, topic } from './stand/messages.ts'
import { fillPulled, pullPlan, single } from './stand/pull-load.ts'
import { openStand, type Stand } from './stand/stand.ts'
import { untilTakenIn } from './stand/taken-in.ts'

const small = 100_000
const connections = 64
const messages = 20_000

type Size = { pulls: Measured[]; ingest: number[] }

export async function measureGrowth(options: BenchOptions): Promise<Outcome> {
  const { quick, rounds, seconds, say } = options
  const records = options.records ?? (quick ? 300_000 : 10_000_000)
  const entries = options.entries ?? records
  const stand = await openStand()
  try {
    await fillPulled(stand, 0, small)
    await settle(stand.database)
    const before = await measureAt(stand, { ...options, size: small, from: 0 })
    const started = performance.now()
    await grow(stand, records, say)
    await growLog(stand, entries, say)
    say(`filled in ${((performance.now() - started) / 1000).toFixed(0)} s`)
    const after = await measureAt(stand, { ...options, size: records, from: rounds * messages })
    const setting = { records: `${small} → ${records}`, 'log entries': entries, connections, seconds, rounds }
    return { measurement: 'growth', setting, ...figuresOf(before, after, await bytes(stand)) }
  } finally {
    await stand.close()
  }
}

const step = 500_000

async function grow(stand: Stand, records: number, say: BenchOptions['say']): Promise<void> {
  for (let from = small; from < records; from += step) {
    await fillPulled(stand, from, Math.min(from + step, records))
    say(`${Math.min(from + step, records).toLocaleString('en')} records`)
  }
  await settle(stand.database)
}

/** The log grows while the exchange is down: it is made anew in the database, signed with the hub's own key. */
async function growLog(stand: Stand, entries: number, say: BenchOptions['say']): Promise<void> {
  const { exchange } = stand.stack.parts
  await exchange.stop()
  await stand.database.query(
    'truncate access_log_entry, access_log_subject, access_log_node, access_log_tile, access_log_published',
  )
  const signer = createSigner(await readFile(join(stand.directory, 'keys', 'access-log.key'), 'utf8'))
  let told = 0
  await fillLog(stand.stack.ownerUrl, entries, signer, logOrigin, done => {
    if (done - told < 1_000_000) return
    told = done
    say(`${done.toLocaleString('en')} log entries`)
  })
  await packLog(stand.database)
  await exchange.start()
}

type At = BenchOptions & { size: number; from: number }

async function measureAt(stand: Stand, { size, from, rounds, seconds, say }: At): Promise<Size> {
  const { exchange, postgres } = stand.stack.parts
  const ask = { dataset: single, receipt: false as const }
  const url = `${stand.stack.hub}/v1/pulls`
  const run = async (seconds: number) => {
    const plan = await pullPlan(stand, url, ask, { size, connections, seconds })
    return load(plan, { server: exchange.pid!, PostgreSQL: postgres.pid! })
  }
  await run(2)
  const pulls: Measured[] = []
  const ingest: number[] = []
  for (let round = 0; round < rounds; round++) {
    pulls.push(await run(seconds))
    ingest.push(await ingestRate(stand, from + round * messages))
    const { perSecond, p99 } = pulls.at(-1)!
    say(`${size}: ${perSecond.toFixed(0)} pulls/s, p99 ${p99.toFixed(1)} ms; ${ingest.at(-1)!.toFixed(0)} records/s in`)
  }
  return { pulls, ingest }
}

/** New records taken in a second, all of them published before the exchange starts. */
async function ingestRate(stand: Stand, from: number): Promise<number> {
  const { exchange } = stand.stack.parts
  await exchange.stop()
  const publisher = await openPublisher(stand)
  await publishMany(publisher, from, from + messages)
  await publisher.close()
  await exchange.start()
  return untilTakenIn(stand.database, topic, { from, to: from + messages })
}

type Bytes = { record: number; entry: number }

async function bytes({ database }: Stand): Promise<Bytes> {
  const { rows } = await database.query<Bytes>(
    `select (pg_total_relation_size('record') + pg_total_relation_size('record_subject'))::float8 / (select count(*) from record) as record,
       (pg_total_relation_size('access_log_entry') + pg_total_relation_size('access_log_subject')
         + pg_total_relation_size('access_log_tile'))::float8 / (select size from access_log_head) as entry`,
  )
  return rows[0]!
}

function figuresOf(before: Size, after: Size, { record, entry }: Bytes): Pick<Outcome, 'ratios' | 'figures'> {
  const middle = (values: number[]) => figureOf({ name: '', title: '', unit: '' }, values).value
  const ratio = (name: string, title: string, goal: NonNullable<Figure['goal']>, of: (size: Size) => number[]) =>
    figureOf(
      { name: `growth.${name}`, title, unit: '×', goal },
      of(after).map(value => value / middle(of(before))),
    )
  const plain = (name: string, title: string, unit: string, values: number[]) =>
    figureOf({ name: `growth.${name}`, title, unit }, values)
  const perSecond = ({ pulls }: Size) => pulls.map(run => run.perSecond)
  const p99 = ({ pulls }: Size) => pulls.map(run => run.p99)
  return {
    ratios: [
      ratio('pulls', 'pulls a second: large / small', { atLeast: 0.85 }, perSecond),
      ratio('p99', 'p99 of pulls: large / small', { atMost: 1.3 }, p99),
      ratio('ingest', 'records taken in a second: large / small', { atLeast: 0.8 }, size => size.ingest),
    ],
    figures: [
      plain('small.pulls', 'small: pulls', '/s', perSecond(before)),
      plain('large.pulls', 'large: pulls', '/s', perSecond(after)),
      plain('small.p99', 'small: p99', 'ms', p99(before)),
      plain('large.p99', 'large: p99', 'ms', p99(after)),
      plain('small.ingest', 'small: records taken in', '/s', before.ingest),
      plain('large.ingest', 'large: records taken in', '/s', after.ingest),
      plain('record.bytes', 'a record with its subjects and indexes', 'bytes', [record]),
      plain('entry.bytes', 'a log entry with its subjects, indexes and tiles', 'bytes', [entry]),
    ],
  }
}
