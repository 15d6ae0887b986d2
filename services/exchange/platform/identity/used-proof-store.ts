import type { Queryable } from '../../../postgres/pool.ts'

export type UsedProof = { id: Buffer; expires: Date }

/**
 * Remembers proofs, and answers the ids (hexadecimal) of those that nobody had used before: the primary key decides between
 * replicas. `proofs` come in the order of their ids, so that two replicas never wait for each other in a circle.
 */
export async function useProofs(db: Queryable, proofs: readonly UsedProof[]): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `insert into used_proof (id, expires_at) select * from unnest($1::bytea[], $2::timestamptz[])
     on conflict do nothing returning encode(id, 'hex') as id`,
    [proofs.map(({ id }) => id), proofs.map(({ expires }) => expires)],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Forgets proofs that would be refused for their age by now. */
export async function forgetProofs(db: Queryable, now: Date): Promise<void> {
  await db.query('delete from used_proof where expires_at < $1', [now])
}
