import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'

export type Position = { dataset: string; key: string }
export type Difference = { id: number; key: string; field: string; version: number; foundAt: Date }

/** Until the transaction ends no other process compares; undefined where one does already. */
export async function lockPosition(tx: Transaction): Promise<Position | undefined> {
  const { rows } = await tx.query<Position>('select dataset, key from name_check_position for update skip locked')
  return rows[0]
}

export async function movePosition(tx: Transaction, { dataset, key }: Position): Promise<void> {
  await tx.query('update name_check_position set dataset = $1, key = $2', [dataset, key])
}

type Found = { key: string; field: string; version: number }

/** Stores the findings on the records behind `from` up to `to`, or to the last one; all others there are cleared. */
export async function storeDifferences(
  tx: Transaction,
  from: Position,
  to: string | undefined,
  found: readonly Found[],
): Promise<void> {
  const { dataset, key } = from
  const [keys, fields] = [found.map(one => one.key), found.map(one => one.field)]
  await tx.query(
    `delete from name_difference d where dataset = $1 and key > $2 and ($3::text is null or key <= $3)
       and not exists (select from unnest($4::text[], $5::text[]) as f (key, field) where f.key = d.key and f.field = d.field)`,
    [dataset, key, to ?? null, keys, fields],
  )
  if (found.length === 0) return
  await tx.query(
    `insert into name_difference (dataset, key, field, version)
     select $1, * from unnest($2::text[], $3::text[], $4::bigint[])
     on conflict (dataset, key, field) do update set version = excluded.version`,
    [dataset, keys, fields, found.map(one => one.version)],
  )
}

/** Of datasets that are no longer compared. */
export async function forgetOthers(tx: Transaction, compared: readonly string[]): Promise<void> {
  await tx.query('delete from name_difference where dataset <> all($1)', [compared])
}

/** Newest first, with ids below `before`. One that was found in an earlier version is not told: the newer one may agree. */
export async function listDifferences(
  db: Queryable,
  dataset: string,
  before: number | undefined,
  limit: number,
): Promise<Difference[]> {
  const { rows } = await db.query<Difference>(
    `select d.id, d.key, d.field, d.version, d.found_at as "foundAt"
     from name_difference d join record r on r.dataset = d.dataset and r.key = d.key and r.sequence = d.version
     where d.dataset = $1 and d.id < $2 order by d.id desc limit $3`,
    [dataset, before ?? Number.MAX_SAFE_INTEGER, limit],
  )
  return rows
}
