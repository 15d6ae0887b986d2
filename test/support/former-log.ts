/** A log as the versions before 0.3.0 kept it: a row for each entry, a row for each subject. */
import { createLog } from '../../services/contract/log.ts'
import { exchangeMigrations } from '../../services/exchange/migrations.ts'
import { asSuperuser } from '../../services/local/databases.ts'
import { migrate } from '../../services/postgres/migrate.ts'
import { createPool } from '../../services/postgres/pool.ts'
import type { AuditedLog } from './audited-log.ts'
import { storedEntries } from './packed-log.ts'

/** As the migrations before 0037 left them. */
export const formerTables = `
  create table access_log_entry (
    index bigint primary key, at timestamptz not null, kind text not null, entry text not null,
    leaf_hash bytea not null check (length(leaf_hash) = 32), caller text not null, department text, official text,
    case_number text, matter text, datasets text[] not null, decision text not null, code text, confidential_until date,
    reference text
  );
  create index access_log_entry_at on access_log_entry using brin (at) with (pages_per_range = 32);
  create index access_log_entry_caller on access_log_entry (caller, index);
  create table access_log_subject (
    subject_type text not null, subject_id text not null, index bigint not null,
    primary key (subject_type, subject_id, index)
  );`

const insert = `
  insert into access_log_entry (index, at, kind, entry, leaf_hash, caller, datasets, decision)
  select index, at, 'pull', entry, leaf, 'housing/desk', '{}', 'permit'
  from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::bytea[]) as former (index, at, entry, leaf)`

/** Puts what the log holds back into the former tables, as a database has them before migration 0037 runs. */
export async function unpackLog({ database }: AuditedLog): Promise<void> {
  const entries = await storedEntries((sql, values) => database.pool.query(sql, values))
  await asSuperuser(database.ownerUrl, async owner => {
    await owner.query(
      `${formerTables} delete from access_log_batch; delete from schema_migration where name like '0037%'`,
    )
    await owner.query(insert, [
      entries.map(({ index }) => index),
      entries.map(({ at }) => at),
      entries.map(({ entry }) => entry),
      entries.map(({ leaf }) => leaf),
    ])
  })
}

/** Runs the migrations that are missing, as the tables' owner. */
export async function migrateAgain({ database }: AuditedLog): Promise<string[]> {
  const pool = createPool({ url: database.ownerUrl, size: 1, log: createLog('test', 'silent') })
  return migrate(pool, exchangeMigrations).finally(() => pool.end())
}
