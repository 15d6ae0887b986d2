import type { Queryable } from '../database/pool.ts'

/** Entries below it are past their retention; a multiple of 256, so that bundles go as a whole. */
export async function readMinimumIndex(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ minimum: number }>(
    'select minimum_index as minimum from access_log_retention',
  )
  return rows[0]!.minimum
}
