import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { packTiles } from '../tree/tile-store.ts'

const minimumText = 'select minimum_index as minimum from access_log_retention'

/** Entries below it are past their retention; a multiple of 256, so that bundles go as a whole. */
export const readMinimumIndex = async (database: Queryable): Promise<number> =>
  (await database.query<{ minimum: number }>(minimumText)).rows[0]!.minimum

/** The same, and neither pruning nor a hold can go on elsewhere until this transaction ends. */
export const lockMinimumIndex = async (tx: Transaction): Promise<number> =>
  (await tx.query<{ minimum: number }>(`${minimumText} for update`)).rows[0]!.minimum

/** Moves it from `old` to `next`, if another process was not quicker and no hold has come in between. */
export async function setMinimumIndex(tx: Transaction, old: number, next: number): Promise<boolean> {
  await lockMinimumIndex(tx)
  const { rowCount } = await tx.query(
    `update access_log_retention set minimum_index = $2 where minimum_index = $1
     and not exists (select from access_log_hold where lifted_at is null and from_index < $2)`,
    [old, next],
  )
  return rowCount === 1
}

/**
 * The first row of `[from, to)` with an entry that is not older than `before`, by its index: one after the other, as times need
 * not rise. No row crosses a bundle, so no bundle before it has such an entry.
 */
export async function firstNotBefore(
  database: Queryable,
  { from, to, before }: { from: number; to: number; before: string },
): Promise<number | undefined> {
  const { rows } = await database.query<{ index: number }>(
    'select first as index from access_log_batch where first >= $1 and first < $2 and at >= $3 order by first limit 1',
    [from, to, before],
  )
  return rows[0]?.index
}

/** Removes everything of entries `[from, to)` but their leaf hashes. */
export async function pruneBundles(tx: Transaction, from: number, to: number): Promise<void> {
  await packTiles(tx, from, to)
  await tx.query('delete from access_log_batch where first >= $1 and first < $2', [from, to])
}

export type Hold = {
  id: string
  fromIndex: number
  reason: string
  placedBy: string
  placedAt: Date
  liftedAt: Date | null
}

const columns = `id, from_index as "fromIndex", reason, placed_by as "placedBy", placed_at as "placedAt",
  lifted_at as "liftedAt"`

export const readHolds = async (database: Queryable): Promise<Hold[]> =>
  (await database.query<Hold>(`select ${columns} from access_log_hold order by id`)).rows

/** Placing it again changes index and reason, and puts a lifted one back in force. */
export async function placeHold(tx: Transaction, hold: Omit<Hold, 'liftedAt'>): Promise<Hold> {
  const { id, fromIndex, reason, placedBy, placedAt } = hold
  const { rows } = await tx.query<Hold>(
    `insert into access_log_hold (id, from_index, reason, placed_by, placed_at) values ($1, $2, $3, $4, $5)
     on conflict (id) do update set from_index = excluded.from_index, reason = excluded.reason,
       placed_by = excluded.placed_by, placed_at = excluded.placed_at, lifted_at = null
     returning ${columns}`,
    [id, fromIndex, reason, placedBy, placedAt],
  )
  return rows[0]!
}

export async function liftHold(tx: Transaction, id: string, at: Date): Promise<Hold | undefined> {
  const { rows } = await tx.query<Hold>(
    `update access_log_hold set lifted_at = $2 where id = $1 and lifted_at is null returning ${columns}`,
    [id, at],
  )
  return rows[0]
}
