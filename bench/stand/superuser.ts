import type pg from 'pg'
import { asSuperuser } from '../../services/local/databases.ts'
import type { Stand } from './stand.ts'

/** In the hub's own database, for extensions of PostgreSQL that its owner may not make. */
export async function asSuperuserOf<T>(
  { stack, database }: Stand,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { rows } = await database.query<{ name: string }>('select current_database() as name')
  return asSuperuser(stack.parts.postgres.urlOf(rows[0]!.name), work)
}
