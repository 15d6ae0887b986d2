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
  /** Called once the last statements are sent, or the transaction has failed: the next one may be sent after them. */
  leaving?: () => void
}

/**
 * Runs `work` in one transaction (READ COMMITTED), with what `first` has read. A thrown error or a returned Failure rolls
 * everything back; anything else commits before the promise resolves.
 */
export async function inTransaction<T, R = undefined>(
  pool: pg.Pool,
  work: (tx: Transaction, read: R) => Promise<T>,
  ends: Ends<T, R> = {},
): Promise<T> {
  const client = (await pool.connect()) as Transaction
  try {
    return await transact(client, work, ends)
  } finally {
    // The pool itself throws away a client whose connection is gone.
    client.release()
  }
}

/** As `inTransaction`, on a connection of the caller's, which is in no transaction afterwards, or is destroyed. */
export async function transact<T, R>(
  client: Transaction,
  work: (tx: Transaction, read: R) => Promise<T>,
  { first, last, leaving }: Ends<T, R>,
): Promise<T> {
  let outcome: T
  let statements: pg.QueryConfig[]
  try {
    const [, read] = await together(client, () => Promise.all([client.query('begin'), first?.(client)]))
    outcome = await work(client, read as R)
    statements = isFailure(outcome) ? [{ text: 'rollback' }] : [...(last?.(outcome) ?? []), { text: 'commit' }]
  } catch (error) {
    await together(client, () => {
      const undone = client.query('rollback')
      leaving?.()
      return undone
    }).catch(failed => destroy(client, failed))
    throw error
  }
  await together(client, () => {
    const answers = statements.map(statement => client.query(statement))
    leaving?.()
    return allOf(answers, isFailure(outcome))
  })
  return outcome
}

/**
 * Resolves once all are answered. The first error decides; an aborted transaction answers its `commit` with ROLLBACK and no error.
 * Nothing may be sent for a failed one: the next transaction may have begun on the connection by then.
 */
async function allOf(answers: Promise<pg.QueryResult>[], isUndone: boolean): Promise<void> {
  const settled = await Promise.allSettled(answers)
  for (const answer of settled) if (answer.status === 'rejected') throw answer.reason
  const end = settled.at(-1) as PromiseFulfilledResult<pg.QueryResult>
  if (!isUndone && end.value.command === 'ROLLBACK') throw new Error('a failed transaction was to be committed')
}

/**
 * Sends all statements that are asked for in this turn of the event loop at once, in order; each is answered as if it had been
 * sent alone. To write to the server wakes it and costs more than a small statement takes.
 */
export function together<T>(client: Transaction, send: () => T): T {
  const stream = streamOf(client)
  stream.cork()
  process.nextTick(() => stream.uncork())
  return send()
}

const destroy = (client: Transaction, error: Error) => streamOf(client).destroy(error)

const streamOf = (client: Transaction) => (client as unknown as { connection: { stream: Duplex } }).connection.stream

/**
 * A column for statements that take locks which all pulls wait for: from there to its end the transaction may be silent for so
 * many milliseconds, then PostgreSQL ends it. A process may be frozen, or its machine gone, with the locks in hand.
 */
export const cutOffSoon = "set_config('idle_in_transaction_session_timeout', '3000', true) as cut_off"
