import type { Queryable } from '../database/pool.ts'

/** Where a system's own pull stands in the access log; undefined where it made no such pull. */
export async function indexOfPull(db: Queryable, system: string, pull: string): Promise<number | undefined> {
  const { rows } = await db.query<{ index: number }>(
    `select index from access_log_entry where reference = $2 and caller = $1 and kind = 'pull'`,
    [system, pull],
  )
  return rows[0]?.index
}
