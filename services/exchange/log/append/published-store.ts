import type { Queryable } from '../../../postgres/pool.ts'

/** The newest checkpoint that was cosigned by enough witnesses. */
export async function readPublished(database: Queryable): Promise<{ size: number; checkpoint: string } | undefined> {
  const { rows } = await database.query<{ size: number; checkpoint: string }>(
    'select size, checkpoint from access_log_published',
  )
  return rows[0]
}

/** Never goes back: another process may have published a newer one meanwhile. */
export async function storePublished(database: Queryable, size: number, checkpoint: string, at: Date): Promise<void> {
  await database.query(
    `insert into access_log_published (size, checkpoint, published_at) values ($1, $2, $3)
     on conflict (one) do update
     set size = excluded.size, checkpoint = excluded.checkpoint, published_at = excluded.published_at
     where access_log_published.size < excluded.size`,
    [size, checkpoint, at],
  )
}
