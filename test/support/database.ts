import type pg from 'pg'
import { createLog } from '../../services/contract/log.ts'
import type { DatabaseUrls } from '../../services/local/databases.ts'
import { createPool } from '../../services/postgres/pool.ts'
import { askDesk } from './ask-desk.ts'

/**
 * A test file's own database. `url` and `pool` have the rights that exchange has; `ownerUrl` those of the migrations; to
 * `superuserUrl` nothing is forbidden.
 */
export type TestDatabase = DatabaseUrls & {
  superuserUrl: string
  pool: pg.Pool
  /** For afterAll: ends the pool and removes the database, whoever is still connected. */
  drop(): Promise<void>
}

/** Starts PostgreSQL if this is the first test that asks. `migrated: false` gives an empty database. */
export async function createDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const { name, ...urls } = await askDesk<DatabaseUrls & { name: string; superuserUrl: string }>({
    ask: 'database',
    migrated,
  })
  const pool = createPool({ url: urls.url, size: 10, log: createLog('test', 'silent') })
  return {
    ...urls,
    pool,
    drop: async () => {
      await pool.end()
      await askDesk({ ask: 'drop-database', name })
    },
  }
}
