/** Prepares what identity and exchange need for their first start; harmless when it is there already. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLog } from '../contract/log.ts'
import { generateNoteKey } from '../exchange/log/tree/note.ts'
import { exchangeMigrations } from '../exchange/migrations.ts'
import { identityMigrations } from '../identity/migrations.ts'
import { migrate } from '../postgres/migrate.ts'
import { createPool } from '../postgres/pool.ts'
import {
  asSuperuser,
  type DatabaseUrls,
  databaseUrls,
  prepareDatabase,
  prepareRoles,
  type RolePasswords,
} from './databases.ts'

/** Roles, database and tables. `urlOf` gives the superuser's address of a database. */
export async function prepareHubDatabase(
  urlOf: (database: string) => string,
  passwords: RolePasswords,
): Promise<DatabaseUrls> {
  await asSuperuser(urlOf('postgres'), client => prepareRoles(client, passwords))
  await prepareDatabase(urlOf, 'datarun')
  const urls = databaseUrls(urlOf('datarun'), passwords)
  const pool = createPool({ url: urls.ownerUrl, size: 1, log: createLog('prepare', 'silent') })
  try {
    await migrate(pool, exchangeMigrations)
    await migrate(pool, identityMigrations)
  } finally {
    await pool.end()
  }
  return urls
}

export type LogKey = {
  /** Path of the file with the signing key, as the exchange reads it. */
  file: string
  /** Files for an auditor. */
  verifierKey: string
}

/** The key that signs checkpoints of the access log, made once: former checkpoints need it. */
export async function prepareLogKey(folder: string, origin: string): Promise<LogKey> {
  const file = join(folder, 'access-log.key')
  const verifierFile = join(folder, 'access-log.verifier')
  if (!existsSync(file)) {
    const { signingKey, verifierKey } = generateNoteKey(origin)
    await writeFile(verifierFile, `${verifierKey}\n`)
    await writeFile(file, `${signingKey}\n`, { mode: 0o600 })
  }
  return { file, verifierKey: (await readFile(verifierFile, 'utf8')).trim() }
}
