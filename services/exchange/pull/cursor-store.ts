import type { Queryable } from '../../postgres/pool.ts'

/** The key that every process of the hub seals the cursors of pulls with: 32 bytes, made with the database. */
export async function readCursorKey(db: Queryable): Promise<Buffer> {
  const { rows } = await db.query<{ secret: Buffer }>("select secret from hub_secret where name = 'pull-cursor'")
  return rows[0]!.secret
}
