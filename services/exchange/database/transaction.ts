/** The only file that says begin, commit and rollback. */
import type pg from 'pg'
import { isFailure } from '../../contract/failure.ts'

/** A client inside an open transaction. Every write takes it as its first argument. */
export type Transaction = pg.PoolClient & { readonly __transaction?: never }

/**
 * Runs `work` in one transaction (READ COMMITTED). A thrown error or a returned Failure rolls everything back; anything
 * else commits before the promise resolves. A connection that failed is thrown away, not returned to the pool.
 *
 * `last` may give one more statement, of which nothing has to be read: it is sent together with the commit, which undoes all
 * where it fails. It gives the statement rather than running it, so that whatever throws in making it stops the commit too.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (tx: Transaction) => Promise<T>,
  last?: (outcome: T) => pg.QueryConfig | undefined,
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const outcome = await work(client as Transaction)
    if (isFailure(outcome)) {
      await client.query('rollback')
      return outcome
    }
    const statement = last?.(outcome)
    await Promise.all([statement && client.query(statement), client.query('commit')])
    return outcome
  } catch (error) {
    await client.query('rollback').catch(failed => {
      broken = failed as Error
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/**
 * Whether an error is our surroundings' fault (connection, shutdown, resources, lock time-outs: try again) rather than the
 * data's. Classes of SQLSTATE: 08 connection, 53 resources, 57P operator intervention, 55P03 lock, 40 serialization.
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = (error as { code?: unknown }).code
  if (typeof code === 'string') {
    return /^(08|53|57P|40)/.test(code) || /^(55P03|57014|25P03|ECONN|EPIPE|ETIMEDOUT|ENOENT|EHOSTUNREACH)/.test(code)
  }
  return /connection|timeout|not queryable|client was closed/i.test(error.message)
}
