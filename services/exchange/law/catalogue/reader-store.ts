import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Reader, ReaderStanding } from './reader.ts'

export async function storeReader(tx: Transaction, { id, department, title, topics }: Reader): Promise<void> {
  await tx.query(
    `insert into schema_reader (id, department, title, sees_topics) values ($1, $2, $3, $4)
     on conflict (id) do update set title = excluded.title, sees_topics = excluded.sees_topics, updated_at = now()`,
    [id, department, title, topics],
  )
}

/** Since when the new secret is good; undefined where there is no such reader. */
export async function storeSecret(tx: Transaction, id: string, digest: Buffer): Promise<Date | undefined> {
  const { rows } = await tx.query<{ since: Date }>(
    `update schema_reader set secret_digest = $2, secret_since = now(), updated_at = now()
     where id = $1 returning secret_since as since`,
    [id, digest],
  )
  return rows[0]?.since
}

/** Whether there is such a reader. */
export async function eraseSecret(tx: Transaction, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update schema_reader set secret_digest = null, secret_since = null, sees_topics = false, updated_at = now()
     where id = $1`,
    [id],
  )
  return rowCount === 1
}

export async function readReaders(db: Queryable): Promise<ReaderStanding[]> {
  const { rows } = await db.query<{ id: string; department: string; digest: Buffer | null }>(
    'select id, department, secret_digest as digest from schema_reader',
  )
  return rows.map(({ id, department, digest }) => ({
    id,
    department,
    active: digest !== null,
    ...(digest && { digest }),
    rights: [],
  }))
}

export type ListedReader = Reader & { since: Date | null }

/** In the order of their ids, from behind `after` on. */
export async function listReaders(db: Queryable, after: string | undefined, limit: number): Promise<ListedReader[]> {
  const { rows } = await db.query<ListedReader>(
    `select id, department, title, sees_topics as topics, secret_since as since from schema_reader
     where $1::text is null or id > $1 order by id limit $2`,
    [after ?? null, limit],
  )
  return rows
}
