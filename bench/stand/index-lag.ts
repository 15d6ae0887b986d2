/** The search index follows the log: how far behind it is, and what PostgreSQL does for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { stepSize } from '../../services/exchange/log/index/step.ts'
import type { Queryable } from '../../services/postgres/pool.ts'

/** Milliseconds. */
const longest = 60_000

/** Entries of the log that the index does not hold yet. */
async function indexLag(database: Queryable): Promise<number> {
  const text = 'select size - position as lag from access_log_index, access_log_head'
  const { rows } = await database.query<{ lag: string }>(text)
  return Number(rows[0]!.lag)
}

/** Until less than a step waits, a minute at most; the lag at the beginning. */
export async function untilIndexed(database: Queryable): Promise<number> {
  const lag = await indexLag(database)
  for (const deadline = performance.now() + longest; performance.now() < deadline; await sleep(100)) {
    if ((await indexLag(database)) < stepSize) break
  }
  return lag
}

/** The process of PostgreSQL that serves the indexer. */
export async function indexerPid(database: Queryable): Promise<number> {
  const text = `select pid from pg_stat_activity where application_name = 'datarun-index' and datname = current_database()`
  const { rows } = await database.query<{ pid: number }>(text)
  if (!rows[0]) throw new Error('no indexer is connected')
  return rows[0].pid
}
