import pg from 'pg'
import type { Logger } from '../contract/log.ts'
import { Client, endWhenSilent } from './client.ts'
import { readInstant } from './instant.ts'

/** Anything that can run a statement: the pool for single reads, a `Transaction` for everything else. */
export type Queryable = Pick<pg.ClientBase, 'query'>

const int8 = 20
const date = 1082
const timestamptz = 1184

/**
 * Types as the rooms want them: bigint columns as numbers (indexes and offsets stay far below 2^53), dates as
 * `YYYY-MM-DD` text (the default would make local midnight of them), instants as Date.
 */
const types = new pg.TypeOverrides()
types.setTypeParser(int8, text => {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new Error('bigint out of the safe range')
  return number
})
types.setTypeParser(date, text => text)
types.setTypeParser(timestamptz, readInstant)

/** `silentAfter`: milliseconds, see `endWhenSilent`. */
export type PoolOptions = { url: string; size: number; log: Logger; applicationName?: string; silentAfter?: number }

/**
 * A pool whose errors end in the log and not the process: both the pool and every client that is checked out need a
 * listener, or a restart of PostgreSQL kills us. Server-side time limits are shorter than the client's, so that a
 * statement nobody waits for any more is really cancelled.
 */
export function createPool({
  url,
  size,
  log,
  applicationName = 'datarun',
  silentAfter = 25_000,
}: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    Client,

    connectionString: url,
    max: size,
    types,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 20_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    // Statements of one connection may be sent before the ones ahead of them are answered; see transaction.ts.
    pipeline: true,
  })
  const heard = (error: Error) => log.warn({ err: error }, 'database connection lost')
  pool.on('error', heard)
  pool.on('connect', client => {
    client.on('error', heard)
    endWhenSilent(client, silentAfter)
  })
  return pool
}
