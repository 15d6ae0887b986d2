/** A PostgreSQL of the test file's own, to pull the plug of, with one migrated database on it. */
import { createLog } from '../../services/contract/log.ts'
import { createPool } from '../../services/postgres/pool.ts'
import { askDesk } from './ask-desk.ts'
import { chooseBackend, type TestPostgres } from './backend.ts'
import type { TestDatabase } from './database.ts'
import { openTestDatabases } from './template-database.ts'

export type OwnPostgres = TestPostgres & { database: TestDatabase }

/** Commits wait for the disk, as in production. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  // The desk has found out whether there is a container engine, which takes a second.
  const backend = await chooseBackend(await askDesk({ ask: 'backend' }))
  const server = await backend.startPostgres({ durable: true })
  const databases = await openTestDatabases(server.urlOf)
  const { name, ...urls } = await databases.create({ migrated: true })
  const pool = createPool({ url: urls.url, size: 10, log: createLog('test', 'silent') })
  const drop = async () => {
    await pool.end()
    await databases.drop(name)
  }
  return { ...server, database: { ...urls, pool, drop } }
}
