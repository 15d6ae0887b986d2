/**
 * `node bench/log.ts [--quick] [--rounds n] [--seconds n] [--entries n]`: what the access log's tree costs a pull, what a
 * proof and a search take in a log of 10 million entries, and how fast an auditor recomputes a log.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createLog } from '../services/contract/log.ts'
import { packLog } from '../services/exchange/log/append/pack-log.ts'
import { createSigner, generateNoteKey } from '../services/exchange/log/tree/note.ts'
import { exchangeMigrations } from '../services/exchange/migrations.ts'
import { startPostgres } from '../services/local/postgres.ts'
import { migrate } from '../services/postgres/migrate.ts'
import { createPool } from '../services/postgres/pool.ts'
import { type Figure, figureOf, type Outcome, ratioOf } from './figures.ts'
import { inFlight, measureAppending } from './log/append.ts'
import { measureIndexing } from './log/indexing.ts'
import { fillLog } from './log/large-log.ts'
import { measurePacking } from './log/pack.ts'
import { measureProofs, measureSubjectSearches, measureTimeSearches } from './log/read.ts'
import { measureVerifying, saveLog } from './log/verify.ts'
import type { BenchOptions } from './options.ts'
import { table } from './report.ts'

type LogOptions = BenchOptions & { entries: number }

export async function measureLog(options: BenchOptions): Promise<Outcome> {
  const entries = options.entries ?? (options.quick ? 200_000 : 10_000_000)
  const appended = await measureAppending(options)
  const reads = await measureReading({ ...options, entries })
  const pulls = (name: string) => appended.map(round => round[name]!.perSecond)
  return {
    measurement: 'log',
    setting: { entries, 'pulls in flight': inFlight, seconds: options.seconds, rounds: options.rounds },
    ratios: [
      ratioOf(
        { name: 'log.tree-to-plain', title: 'Pulls with the tree to pulls without it', goal: { atLeast: 0.85 } },
        appended,
        round => round['tree without receipts']!.perSecond,
        round => round.plain!.perSecond,
      ),
      ratioOf(
        { name: 'log.receipts-to-plain', title: 'Pulls with tree and receipts to pulls without' },
        appended,
        round => round.tree!.perSecond,
        round => round.plain!.perSecond,
      ),
    ],
    figures: [
      figureOf({ name: 'log.pulls', title: 'Pulls with the tree and receipts', unit: 'pulls/s' }, pulls('tree')),
      figureOf({ name: 'log.pulls-plain', title: 'Pulls without the tree', unit: 'pulls/s' }, pulls('plain')),
      ...reads,
    ],
  }
}

async function measureReading({ entries, quick, rounds, say }: LogOptions): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'datarun-bench-log-'))
  const settings = { shared_buffers: '1GB', max_wal_size: '8GB', maintenance_work_mem: '512MB' }
  const postgres = await startPostgres({ directory, settings })
  const pool = createPool({ url: postgres.urlOf('postgres'), size: 4, log: createLog('bench', 'warn') })
  const key = generateNoteKey('bench.test/access-log')
  const signer = createSigner(key.signingKey)
  try {
    await migrate(pool, exchangeMigrations)
    const former = quick ? 100_000 : 1_000_000
    const packed = ((await measurePacking(pool, former)) * 1_000_000) / former
    say(`${former.toLocaleString('en')} former entries packed: ${packed.toFixed(1)} s a million`)
    await fillLog(postgres.urlOf('postgres'), entries, signer, signer.name, done => {
      if (done % 1_000_000 === 0) say(`${done.toLocaleString('en')} entries`)
    })
    await packLog(pool)
    const indexer = await measureIndexing(pool, postgres.pid!)
    const files = join(directory, 'files')
    await saveLog(pool, files, Math.floor(Math.min(entries, quick ? 100_000 : 1_000_000) / 256) * 256, signer)
    const count = quick ? 200 : 2_000
    await measureProofs(pool, entries, 50)
    const [proofs, middles, searches, times, verified] = [[], [], [], [], []] as number[][]
    for (let round = 0; round < rounds; round += 1) {
      const proof = await measureProofs(pool, entries, count)
      proofs!.push(proof.p99)
      middles!.push(proof.median)
      searches!.push((await measureSubjectSearches(pool, entries, count)).p99)
      times!.push((await measureTimeSearches(pool, entries, count / 4)).p99)
      verified!.push((await measureVerifying(files, key.verifierKey)).perCoreSecond)
      say(
        `round ${round + 1}/${rounds}: proof ${proofs!.at(-1)!.toFixed(1)} ms, search ${searches!.at(-1)!.toFixed(1)} ms`,
      )
    }
    const milliseconds = 'ms (p99)'
    return [
      figureOf(
        { name: 'log.proof-median', title: 'Proof of any entry', unit: 'ms (median)', goal: { atMost: 5 } },
        middles!,
      ),
      figureOf({ name: 'log.proof', title: 'Proof of any entry', unit: milliseconds, goal: { atMost: 5 } }, proofs!),
      figureOf({ name: 'log.search', title: 'Search by subject', unit: milliseconds, goal: { atMost: 20 } }, searches!),
      figureOf({ name: 'log.index', title: 'Search index: exchange', unit: 'µs of CPU an entry' }, [indexer.exchange]),
      figureOf({ name: 'log.index-postgres', title: 'Search index: PostgreSQL', unit: 'µs of CPU an entry' }, [
        indexer.postgres,
      ]),
      figureOf({ name: 'log.index-bytes', title: 'Search index', unit: 'bytes an entry' }, [indexer.bytes]),
      figureOf({ name: 'log.search-hour', title: 'Search of one hour by official', unit: milliseconds }, times!),
      figureOf(
        { name: 'log.verify', title: 'Auditor, a core', unit: 'entries/s', goal: { atLeast: 200_000 } },
        verified!,
      ),
      figureOf({ name: 'log.packing', title: 'First start on a former log', unit: 's a million' }, [packed]),
    ]
  } finally {
    await pool.end()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      entries: { type: 'string' },
    },
  })
  const { quick } = values
  const outcome = await measureLog({
    quick,
    rounds: Number(values.rounds ?? (quick ? 2 : 5)),
    seconds: Number(values.seconds ?? (quick ? 2 : 10)),
    say: line => process.stderr.write(`  ${line}\n`),
    ...(values.entries && { entries: Number(values.entries) }),
  })
  process.stdout.write(`${table(outcome)}\n`)
}
