import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'

/** A checkpoint kept outside the database, without its signatures; `root` in base64. */
export type KeptHead = { size: number; root: string }

export type Continuation = { step: 'clock' | 'restore'; givenUp: readonly KeptHead[] }

/** `index`: of the entry that notes it. */
export async function storeContinuation(
  tx: Transaction,
  index: number,
  { step, givenUp }: Continuation,
): Promise<void> {
  const text = 'insert into access_log_continuation (index, step, given_up) values ($1, $2, $3)'
  await tx.query(text, [index, step, JSON.stringify(givenUp)])
}

/** All checkpoints that were ever given up. */
export async function readGivenUp(database: Queryable): Promise<KeptHead[]> {
  const { rows } = await database.query<{ givenUp: KeptHead[] }>(
    `select given_up as "givenUp" from access_log_continuation where step = 'restore' order by index`,
  )
  return rows.flatMap(({ givenUp }) => givenUp)
}
