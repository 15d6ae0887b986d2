/** The only file that says begin, commit and rollback. */
import type { Duplex } from 'node:stream'
import type pg from 'pg'
import { isFailure } from '../contract/failure.ts'

/** A client inside an open transaction. Every write takes it as its first argument. */
export type Transaction = pg.PoolClient & { readonly __transaction?: never }

/** Statements that may travel with `begin` and with `commit`, which spares round trips. */
export type Ends<T, R> = {
  /** Only reads and row locks: should `begin` fail, they ran outside of any transaction, and nothing comes of it. */
  first?: (tx: Transaction) => Promise<R>
  /**
   * More statements, of which nothing has to be read; a commit undoes all where one fails. They are given rather than run, so
   * that whatever throws in making them stops the commit too.
   */
  last?: (outcome: T) => pg.QueryConfig[]
}

/**
 * Runs `work` in one transaction (READ COMMITTED), with what `first` has read. A thrown error or a returned Failure rolls
 * everything back; anything else commits before the promise resolves. A connection that failed is thrown away, not
 * returned to the pool.
 */
export async function inTransaction<T, R = undefined>(
  pool: pg.Pool,
  work: (tx: Transaction, read: R) => Promise<T>,
  { first, last }: Ends<T, R> = {},
): Promise<T> {
  const client = (await pool.connect()) as Transaction
  let broken: Error | undefined
  try {
    const [, read] = await together(client, () => Promise.all([client.query('begin'), first?.(client)]))
    const outcome = await work(client, read as R)
    if (isFailure(outcome)) {
      await client.query('rollback')
      return outcome
    }
    const statements = [...(last?.(outcome) ?? []), { text: 'commit' }]
    await together(client, () => Promise.all(statements.map(statement => client.query(statement))))
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
 * Sends all statements that `send` asks for at once, in order; each is answered as if it had been sent alone. To write to
 * the server wakes it and costs more than a small statement takes.
 */
export function together<T>(tx: Transaction, send: () => T): T {
  const { stream } = (tx as unknown as { connection: { stream: Duplex } }).connection
  stream.cork()
  try {
    return send()
  } finally {
    stream.uncork()
  }
}

/**
 * A column for statements that take locks which all pulls wait for: from there to its end the transaction may be silent for so
 * many milliseconds, then PostgreSQL ends it. A process may be frozen, or its machine gone, with the locks in hand.
 */
export const cutOffSoon = "set_config('idle_in_transaction_session_timeout', '3000', true) as cut_off"
