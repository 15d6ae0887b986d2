import type { Queryable } from '../database/pool.ts'
import type { Transaction } from '../database/transaction.ts'

/** Locks the position of a partition until the transaction ends; a zombie consumer waits here and then finds it moved. */
export async function lockOffset(tx: Transaction, topic: string, partition: number): Promise<number> {
  const values = [topic, partition]
  const select = 'select next_offset as next from ingest_offset where topic = $1 and partition = $2 for update'
  const found = await tx.query<{ next: number }>({ name: 'offset-lock', text: select, values })
  if (found.rows[0]) return found.rows[0].next
  const insert = 'insert into ingest_offset (topic, partition, next_offset) values ($1, $2, 0) on conflict do nothing'
  await tx.query({ name: 'offset-new', text: insert, values })
  const again = await tx.query<{ next: number }>({ name: 'offset-lock', text: select, values })
  return again.rows[0]!.next
}

export async function moveOffset(tx: Transaction, topic: string, partition: number, next: number): Promise<void> {
  const text = 'update ingest_offset set next_offset = $3, moved_at = now() where topic = $1 and partition = $2'
  await tx.query({ name: 'offset-move', text, values: [topic, partition, next] })
}

/** Where the partition stands; 0 where nothing was read of it. */
export async function readOffset(db: Queryable, topic: string, partition: number): Promise<number> {
  const text = 'select next_offset as next from ingest_offset where topic = $1 and partition = $2'
  const { rows } = await db.query<{ next: number }>(text, [topic, partition])
  return rows[0]?.next ?? 0
}
