/** The same pulls and the same ingest on a small registry and log, and on large ones; what a record and a log entry take. */
import { readFile, rm } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { packLog } from '../services/exchange/log/append/pack-log.ts'
import { buildIndex } from '../services/exchange/log/index/build-index.ts'
import { createSigner } from '../services/exchange/log/tree/note.ts'
import { logOrigin } from '../services/local/stack-settings.ts'
import type { Outcome } from './figures.ts'
import { type Bytes, figuresOf, type Reads, type Round } from './growth/figures.ts'
import { fillLog } from './growth/large-log.ts'
import { readLargeLog } from './growth/read-log.ts'
import { load, type Measured } from './load/load.ts'
import type { BenchOptions } from './options.ts'
import { settle } from './stand/fill-store.ts'
import { hugePages } from './stand/huge-pages.ts'
import { untilIndexed } from './stand/index-lag.ts'
import { openPublisher, publishMany, topic } from './stand/messages.ts'
import { fillPulled, pullPlan, single } from './stand/pull-load.ts'
import { openStand, type Stand } from './stand/stand.ts'
import { untilTakenIn } from './stand/taken-in.ts'
import { warm } from './stand/warm.ts'

const small = 100_000
const connections = 64
const messages = 20_000
/** Seconds. */
const warmUp = 8
/** PostgreSQL's own memory: two thirds of the machine's, as an operator gives it whose registry needs it. */
const shared_buffers = `${Math.round((totalmem() * 2) / 3 / 1024 ** 3)}GB`
/** Nobody has to set pages aside as root: the goals hold without. */
const huge_pages = 'off'

/** Two stands, so that both sizes are measured alternately; the one that is not asked idles. */
export async function measureGrowth(options: BenchOptions): Promise<Outcome> {
  const { quick, rounds, seconds, say } = options
  const records = options.records ?? (quick ? 300_000 : 10_000_000)
  const entries = options.entries ?? records
  const few = await openStand({ huge_pages })
  try {
    const many = await openStand({ shared_buffers, huge_pages })
    try {
      await fillPulled(few, 0, small)
      await settle(few.database)
      const reads = await grow(many, { records, entries }, say)
      const measured = await measureBoth({ few, many }, { ...options, records })
      const setting = {
        records: `${small.toLocaleString('en')} and ${records.toLocaleString('en')}`,
        'log entries': `few and ${entries.toLocaleString('en')}`,
        'shared buffers': shared_buffers,
        'huge pages': await hugePages(many),
        connections,
        seconds,
        rounds,
      }
      const sizes = { small, large: records }
      return { measurement: 'growth', setting, ...figuresOf(sizes, measured, { ...(await bytes(many)), ...reads }) }
    } finally {
      await many.close()
    }
  } finally {
    await few.close()
  }
}

/** Log and registry side by side, as each keeps one processor busy. */
async function grow(
  stand: Stand,
  { records, entries }: { records: number; entries: number },
  say: BenchOptions['say'],
): Promise<Reads> {
  const { exchange } = stand.stack.parts
  await exchange.stop()
  await Promise.all([growLog(stand, entries, say), growRegistry(stand, records, say)])
  await settle(stand.database)
  await warm(stand)
  const reads = await readLargeLog(stand.database, entries)
  say(`proof ${reads.proof.toFixed(1)} ms, search ${reads.search.toFixed(1)} ms`)
  await exchange.start()
  return reads
}

const step = 500_000

async function growRegistry(stand: Stand, records: number, say: BenchOptions['say']): Promise<void> {
  for (let done = 0; done < records; done += step) {
    const to = Math.min(done + step, records)
    await fillPulled(stand, done, to)
    say(`${to.toLocaleString('en')} records`)
  }
}

/** The log is made anew in the database while the exchange is down, and signed with the hub's own key. */
async function growLog(stand: Stand, entries: number, say: BenchOptions['say']): Promise<void> {
  const tables = 'access_log_batch, access_log_node, access_log_tile, access_log_published, access_log_term'
  await stand.database.query(`truncate ${tables}`)
  await stand.database.query('update access_log_index set position = 0')
  const signer = createSigner(await readFile(join(stand.directory, 'keys', 'access-log.key'), 'utf8'))
  // It witnesses the log that goes: with it the hub would take the new one for an older backup.
  await rm(join(stand.directory, 'checkpoints', 'access-log.txt'))
  let told = 0
  await fillLog(stand.stack.ownerUrl, entries, signer, logOrigin, done => {
    if (done - told < 1_000_000) return
    told = done
    say(`${done.toLocaleString('en')} log entries`)
  })
  await packLog(stand.database)
  while ((await buildIndex(stand.database)) > 0);
}

type Stands = { few: Stand; many: Stand }

async function measureBoth({ few, many }: Stands, options: BenchOptions & { records: number }): Promise<Round[]> {
  const { rounds, seconds, records, say } = options
  const measured: Round[] = []
  for (let round = 0; round < rounds; round++) {
    const smallOne = await pullsOf(few, [small], seconds)
    const largeOne = await pullsOf(many, [records, small], seconds)
    const from = round * messages
    measured.push({
      small: { pulls: smallOne[0]!, ingest: await ingestRate(few, from) },
      large: { pulls: largeOne[0]!, ingest: await ingestRate(many, from) },
      near: largeOne[1]!,
    })
    say(`round ${round + 1}/${rounds}: ${told(measured.at(-1)!)}`)
  }
  return measured
}

const told = ({ small, large, near }: Round) =>
  [
    ...[small, large].map(
      ({ pulls, ingest }) =>
        `${pulls.perSecond.toFixed(0)} pulls/s, p99 ${pulls.p99.toFixed(1)} ms, ${ingest.toFixed(0)} records/s in`,
    ),
    `${near.perSecond.toFixed(0)} pulls/s about few`,
  ].join('; ')

/** About the first so many residents. The exchange has been started lately, and its code is not compiled yet: it is warmed up first. */
async function pullsOf(stand: Stand, residents: number[], seconds: number): Promise<Measured[]> {
  const { exchange, postgres } = stand.stack.parts
  const ask = { dataset: single, receipt: false as const }
  const run = async (size: number, seconds: number) => {
    const plan = await pullPlan(stand, `${stand.stack.hub}/v1/pulls`, ask, { size, connections, seconds })
    const finished = async () => void (await untilIndexed(stand.database))
    return load(plan, { server: exchange.pid!, PostgreSQL: postgres.pid! }, finished)
  }
  await run(residents[0]!, warmUp)
  const measured: Measured[] = []
  for (const size of residents) measured.push(await run(size, seconds))
  return measured
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

async function bytes({ database }: Stand): Promise<Bytes> {
  const { rows } = await database.query<Bytes>(
    `select (pg_total_relation_size('record') + pg_total_relation_size('record_subject'))::float8 / (select count(*) from record) as record,
       (pg_total_relation_size('access_log_batch') + pg_total_relation_size('access_log_term') + pg_total_relation_size('access_log_tile'))::float8 / (select size from access_log_head) as entry`,
  )
  return rows[0]!
}
