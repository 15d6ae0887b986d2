import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLog } from '../../services/contract/log.ts'
import { exchangeMigrations } from '../../services/exchange/migrations.ts'
import { identityMigrations } from '../../services/identity/migrations.ts'
import { asSuperuser } from '../../services/local/databases.ts'
import { type Migrations, migrate } from '../../services/postgres/migrate.ts'
import { createPool } from '../../services/postgres/pool.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { formerTables } from '../support/former-log.ts'

let crowded: TestDatabase
let broken: TestDatabase
let shared: TestDatabase
beforeAll(async () => {
  const empty = () => createDatabase({ migrated: false })
  ;[crowded, broken, shared] = await Promise.all([empty(), empty(), empty()])
})
afterAll(async () => {
  await crowded?.drop()
  await broken?.drop()
  await shared?.drop()
})

async function migrateOnce({ ownerUrl }: TestDatabase, migrations = exchangeMigrations): Promise<string[]> {
  const pool = createPool({ url: ownerUrl, size: 1, log: createLog('test', 'silent') })
  return migrate(pool, migrations).finally(() => pool.end())
}

const filesOf = async ({ folder }: Migrations) => (await readdir(folder)).filter(name => name.endsWith('.sql')).sort()

test('of twenty processes that migrate at once one does all of it, and the others find nothing to do', async () => {
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => migrateOnce(crowded)))
  const expected = await filesOf(exchangeMigrations)
  expect(outcomes.filter(names => names.length > 0)).toEqual([expected])
  const { rows } = await crowded.pool.query('select name from schema_migration order by name')
  expect(rows.map(({ name }) => name)).toEqual(expected)
})

test('exchange and identity share a database: each makes its own tables, whichever comes first, and both at once', async () => {
  const [ofIdentity, ofExchange] = await Promise.all([
    migrateOnce(shared, identityMigrations),
    migrateOnce(shared, exchangeMigrations),
  ])
  expect(ofIdentity).toEqual(await filesOf(identityMigrations))
  expect(ofExchange).toEqual(await filesOf(exchangeMigrations))
  expect(await migrateOnce(shared, identityMigrations)).toEqual([])
  expect(await migrateOnce(shared, exchangeMigrations)).toEqual([])
})

test('each name has one owner, and lies in the folder of that one', async () => {
  const services = [exchangeMigrations, identityMigrations]
  for (const service of services)
    for (const name of [...(await filesOf(service)), '0099_identity_later.sql', '0099_later.sql'])
      expect([name, services.filter(({ owns }) => owns(name)).length]).toEqual([name, 1])
  for (const service of services) expect((await filesOf(service)).filter(name => !service.owns(name))).toEqual([])
})

test.each([
  { newer: 'exchange', name: '9999_later.sql', refused: exchangeMigrations, served: identityMigrations },
  { newer: 'identity', name: '9999_identity_later.sql', refused: identityMigrations, served: exchangeMigrations },
])(
  'beside a newer $newer an older one does not start, and the other service does',
  async ({ name, refused, served }) => {
    const note = "insert into schema_migration (name, checksum) values ($1, 'x')"
    await asSuperuser(shared.ownerUrl, client => client.query(note, [name]))
    await expect(migrateOnce(shared, refused)).rejects.toThrow(`has migration ${name}, which this version lacks`)
    expect(await migrateOnce(shared, served)).toEqual([])
    await asSuperuser(shared.ownerUrl, client => client.query('delete from schema_migration where name = $1', [name]))
  },
)

test('a file that was changed after it had run stops its own service alone', async () => {
  const [name] = await filesOf(identityMigrations)
  const note = 'update schema_migration set checksum = $2 where name = $1 returning checksum'
  await asSuperuser(shared.ownerUrl, client => client.query(note, [name, 'another']))
  await expect(migrateOnce(shared, identityMigrations)).rejects.toThrow(`Migration ${name} was changed`)
  expect(await migrateOnce(shared, exchangeMigrations)).toEqual([])
})

test('a migration that is cut off leaves nothing behind, and the next one does all of it', async () => {
  const cutOff = migrateOnce(broken)
  await Promise.all([expect(cutOff).rejects.toThrow(), cutAsSoonAsTablesAreMade()])
  expect(await tablesOf(broken)).toEqual([])
  expect((await migrateOnce(broken)).length).toBeGreaterThan(0)
  expect(await tablesOf(broken)).toEqual(await tablesOf(crowded))
})

test('records taken in before migration 0013 know afterwards whom they are about', async () => {
  await asSuperuser(crowded.ownerUrl, async client => {
    await client.query(`alter table record drop column about;
      create index record_subject_record on record_subject (dataset, key);
      delete from schema_migration where name like '0013%';
      insert into record (dataset, key, sequence, status, schema_version, event_id, system, event_time, body)
        select 'a.b', key, 1, 'valid', 1, 'e', 's', now(), '{}' from unnest('{alone,both}'::text[]) as key;
      insert into record_subject (dataset, key, subject_type, subject_id)
        values ('a.b', 'alone', 'person', '1'), ('a.b', 'both', 'person', '2'), ('a.b', 'both', 'organisation', '3')`)
  })
  expect(await migrateOnce(crowded)).toEqual(['0013_record_about.sql'])
  const { rows } = await crowded.pool.query('select key, about from record order by key')
  expect(rows.map(({ key, about }) => [key, about.split(',').sort()])).toEqual([
    ['alone', ['person 1']],
    ['both', ['organisation 3', 'person 2']],
  ])
})

test('systems registered before migration 0023 keep what they do, but for the schemas; new ones may do nothing unless told', async () => {
  const register = (name: string) =>
    `insert into department_system (id, department, title, jwks) values ('housing/${name}', 'housing', '{}', '{}');`
  await asSuperuser(crowded.ownerUrl, client =>
    client.query(`alter table department_system drop column rights;
      delete from schema_migration where name like '0023%';
      insert into department (id, title, credit_code) values ('housing', '{}', '11310000MB3T07079L');
      ${register('old')}`),
  )
  expect(await migrateOnce(crowded)).toEqual(['0023_system_rights.sql'])
  await asSuperuser(crowded.ownerUrl, client => client.query(register('young')))
  const { rows } = await crowded.pool.query('select id, rights from department_system order by id')
  expect(rows).toEqual([
    { id: 'housing/old', rights: ['publish', 'pull', 'consents'] },
    { id: 'housing/young', rights: [] },
  ])
})

test('schemas registered before migration 0030 have a GUID afterwards, and numbers erased before are not given again', async () => {
  const entry = (index: number, content: object) =>
    `insert into access_log_entry (index, at, kind, entry, leaf_hash, caller, datasets, decision)
     values (${index}, now(), 'schema', '${JSON.stringify({ content })}', sha256(''), 's', '{}', 'permit');`
  await asSuperuser(crowded.ownerUrl, client =>
    client.query(`${formerTables}
      drop table erased_schema_version;
      alter table schema_version drop column guid;
      drop index schema_version_id;
      alter table schema_version drop constraint schema_version_pkey;
      alter table schema_version add primary key (id);
      alter table schema_version add unique (dataset, version);
      delete from schema_migration where name like '0030%';
      insert into department (id, title, credit_code) values ('culture', '{}', '11310000MB3T07080F');
      insert into dataset (id, department, entry) values ('culture.relic', 'culture', '{}');
      insert into schema_version (dataset, version, schema, fingerprint, registered_at, registered_by)
        values ('culture.relic', 1, '{}', 'ab12', now(), 's');
      ${entry(0, { step: 'register', dataset: 'culture.relic', version: 5 })}
      ${entry(1, { step: 'delete', dataset: 'culture.relic', versions: [1, 5] })}
      ${entry(2, { step: 'erase', dataset: 'culture.relic', versions: [4, 5] })}`),
  )
  expect(await migrateOnce(crowded)).toEqual(['0030_schema_guid.sql'])
  const { rows } = await crowded.pool.query('select guid from schema_version')
  const hash = createHash('sha256').update('culture.relic ab12').digest('hex')
  expect(rows.map(({ guid }) => guid.replaceAll('-', ''))).toEqual([
    `${hash.slice(0, 12)}8${hash.slice(13, 16)}a${hash.slice(17, 32)}`,
  ])
  const erased = await crowded.pool.query('select dataset, version from erased_schema_version order by version')
  expect(erased.rows).toEqual([4, 5].map(version => ({ dataset: 'culture.relic', version })))
})

/** The lock on a table that nobody else can see yet shows that the migration is at work. */
async function cutAsSoonAsTablesAreMade() {
  await asSuperuser(broken.ownerUrl, async client => {
    await eventually(
      async () => {
        const { rowCount } = await client.query(
          `select pg_terminate_backend(pid) from pg_locks
           where locktype = 'relation' and mode = 'AccessExclusiveLock' and granted and pid <> pg_backend_pid()
             and database = (select oid from pg_database where datname = current_database())
           group by pid having count(*) > 3`,
        )
        return rowCount! > 0
      },
      { every: 1 },
    )
  })
}

async function tablesOf({ pool }: TestDatabase): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  )
  return rows.map(({ name }) => name)
}
