/**
 * Schema migrations: numbered .sql files, each run once, in order, in one transaction with its row in
 * `schema_migration`. Services that share a database share this table, and each judges its own names alone. An advisory
 * lock makes any number of processes that start together take turns.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type pg from 'pg'
import { inTransaction, type Transaction } from './transaction.ts'

const migrationLock = 7_246_001

/** One service's files. `owns` tells its names in `schema_migration` from those of other services. */
export type Migrations = { folder: URL; owns(name: string): boolean }

type Migration = { name: string; sql: string; checksum: string }

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async name => {
      const sql = await readFile(new URL(name, folder), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/**
 * Returns the names of the migrations run now; empty where the database is up to date.
 *
 * @throws Error where a newer version of the service has migrated, or a file was changed after it had run.
 */
export async function migrate(pool: pg.Pool, { folder, owns }: Migrations): Promise<string[]> {
  const migrations = await readMigrations(folder)
  return inTransaction(pool, async tx => {
    await tx.query('select pg_advisory_xact_lock($1)', [migrationLock])
    // A table with a deferred trigger waiting cannot be altered: a migration that fills it first would fail.
    await tx.query('set constraints all immediate')
    const applied = await readApplied(tx)
    checkHistory(migrations, new Map([...applied].filter(([name]) => owns(name))))
    const pending = migrations.filter(migration => !applied.has(migration.name))
    for (const { name, sql, checksum } of pending) {
      await tx.query(sql)
      await tx.query('insert into schema_migration (name, checksum) values ($1, $2)', [name, checksum])
    }
    return pending.map(migration => migration.name)
  })
}

/** Creates nothing where the table is there, so that a role without the right to create finds all up to date. */
async function readApplied(tx: Transaction): Promise<Map<string, string>> {
  const found = await tx.query(
    "select from pg_tables where schemaname = current_schema and tablename = 'schema_migration'",
  )
  if (found.rowCount === 0) {
    await tx.query(`create table schema_migration (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
  }
  const { rows } = await tx.query<{ name: string; checksum: string }>('select name, checksum from schema_migration')
  return new Map(rows.map(row => [row.name, row.checksum]))
}

/** An older version on a newer database, or an edited migration, must not run at all. */
function checkHistory(migrations: Migration[], applied: Map<string, string>) {
  const known = new Map(migrations.map(migration => [migration.name, migration.checksum]))
  for (const [name, checksum] of applied) {
    if (!known.has(name))
      throw new Error(`The database has migration ${name}, which this version lacks: upgrade the service`)
    if (known.get(name) !== checksum)
      throw new Error(`Migration ${name} was changed after it had run: restore the file`)
  }
}
