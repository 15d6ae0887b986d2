/** One database per test file, cloned from a migrated one: a clone takes far less time than the migrations. */

import { createLog } from '../../services/contract/log.ts'
import { exchangeMigrations } from '../../services/exchange/migrations.ts'
import { identityMigrations } from '../../services/identity/migrations.ts'
import {
  asSuperuser,
  type DatabaseUrls,
  databaseUrls,
  prepareDatabase,
  prepareRoles,
} from '../../services/local/databases.ts'
import { newSecret } from '../../services/local/secrets.ts'
import { migrate } from '../../services/postgres/migrate.ts'
import { createPool } from '../../services/postgres/pool.ts'
import { lazily } from './lazily.ts'

export type TestDatabases = {
  /** `migrated: false` gives an empty one. */
  create(wish: { migrated: boolean }): Promise<DatabaseUrls & { name: string; superuserUrl: string }>
  drop(name: string): Promise<void>
}

export async function openTestDatabases(urlOf: (database: string) => string): Promise<TestDatabases> {
  const passwords = { databaseOwner: newSecret(), databaseServices: newSecret() }
  await asSuperuser(urlOf('postgres'), client => prepareRoles(client, passwords))
  await prepareDatabase(urlOf, 'empty')
  await prepareDatabase(urlOf, 'migrated')
  const migrated = lazily(() => migrateOnce(databaseUrls(urlOf('migrated'), passwords).ownerUrl))
  let count = 0
  return {
    create: async wish => {
      if (wish.migrated) await migrated()
      count += 1
      const name = `test_${count}`
      const template = wish.migrated ? 'migrated' : 'empty'
      await asSuperuser(urlOf('postgres'), client =>
        client.query(`create database ${name} template ${template} owner datarun_owner`),
      )
      return { name, superuserUrl: urlOf(name), ...databaseUrls(urlOf(name), passwords) }
    },
    drop: async name => {
      await asSuperuser(urlOf('postgres'), client =>
        client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`),
      )
    },
  }
}

async function migrateOnce(url: string) {
  const pool = createPool({ url, size: 1, log: createLog('test', 'silent') })
  try {
    await migrate(pool, exchangeMigrations)
    await migrate(pool, identityMigrations)
  } finally {
    await pool.end()
  }
}
