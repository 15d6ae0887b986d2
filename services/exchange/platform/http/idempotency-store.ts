import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'

/** Whether the key was free. Waits for a transaction that has claimed it and not ended yet. */
export async function claimKey(
  tx: Transaction,
  { caller, key, digest }: { caller: string; key: string; digest: Buffer },
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into idempotency (caller, key, request_hash, status, answer, created_at) values ($1, $2, $3, 0, 'null', $4)
     on conflict (caller, key) do nothing`,
    [caller, key, digest, now],
  )
  return rowCount === 1
}

export async function readAnswer(
  tx: Transaction,
  caller: string,
  key: string,
): Promise<{ digest: Buffer; status: number; answer: unknown } | undefined> {
  const { rows } = await tx.query<{ digest: Buffer; status: number; answer: unknown }>(
    'select request_hash as digest, status, answer from idempotency where caller = $1 and key = $2',
    [caller, key],
  )
  return rows[0]
}

export async function storeAnswer(
  tx: Transaction,
  caller: string,
  key: string,
  { status, body }: { status: number; body: unknown },
): Promise<void> {
  const text = 'update idempotency set status = $3, answer = $4 where caller = $1 and key = $2'
  await tx.query(text, [caller, key, status, JSON.stringify(body)])
}

/** Answers hold what was answered, so they are not kept longer than a retry can sensibly come. Returns how many went. */
export async function forgetAnswers(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query('delete from idempotency where created_at < $1', [before])
  return rowCount ?? 0
}
