/** Cost of making the search index of a large log, an entry, and its size. */
import type pg from 'pg'
import { buildIndex } from '../../services/exchange/log/index/build-index.ts'
import { watchCpu } from '../processes.ts'

/** Processor microseconds and bytes, an entry. */
export type Indexing = { exchange: number; postgres: number; bytes: number }

/** Indexes all that waits; `pid` is PostgreSQL's. */
export async function measureIndexing(pool: pg.Pool, pid: number): Promise<Indexing> {
  const { outcome: indexed, cpu } = await watchCpu({ exchange: process.pid, postgres: pid }, () => buildAll(pool))
  const { rows } = await pool.query<{ bytes: number }>(
    `select pg_total_relation_size('access_log_term')::float8 as bytes`,
  )
  const each = (amount: number) => amount / indexed
  return { exchange: each(cpu.exchange! * 1e6), postgres: each(cpu.postgres! * 1e6), bytes: each(rows[0]!.bytes) }
}

async function buildAll(pool: pg.Pool): Promise<number> {
  let indexed = 0
  for (let more = -1; more !== 0; indexed += more) more = await buildIndex(pool)
  return indexed
}
