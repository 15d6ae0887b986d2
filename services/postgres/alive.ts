/** Signs of life, for readiness. Each rejects where PostgreSQL does not answer so. */
import type { Queryable } from './pool.ts'

export const ping = (database: Queryable) => database.query('select 1')

/** By a division by zero where the server only reads: nothing could be logged, nor answered. */
export const pingWritable = (database: Queryable) =>
  database.query("select 1 / (current_setting('transaction_read_only') = 'off')::int")
