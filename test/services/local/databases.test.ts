import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

const asked = (sql: string) =>
  database.pool.query(sql).then(
    () => 'allowed',
    (error: { code: string }) => error.code,
  )
const insufficientPrivilege = '42501'

test('the services are no superuser and own nothing', async () => {
  const { rows } = await database.pool.query(
    `select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication,
       (select count(*)::int from pg_class where relowner = pg_roles.oid) as owned
     from pg_roles where rolname = current_user`,
  )
  expect(rows).toEqual([
    { rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolbypassrls: false, rolreplication: false, owned: 0 },
  ])
})

test.each([
  'create table mine (id int)',
  'alter table schema_migration add column extra text',
  'drop table schema_migration',
  'truncate schema_migration',
  'alter table schema_migration disable trigger all',
  'create role another',
  "set session_replication_role = 'replica'",
])('the services may not: %s', async sql => {
  expect(await asked(sql)).toBe(insufficientPrivilege)
})

test('the services may read and write the rows of every table that migrations made', async () => {
  const { rows } = await database.pool.query<{ tablename: string; allowed: boolean }>(
    `select tablename, has_table_privilege(quote_ident(tablename), 'select, insert') as allowed
     from pg_tables where schemaname = 'public'`,
  )
  expect(rows.length).toBeGreaterThan(1)
  expect(rows.filter(row => !row.allowed)).toEqual([])
})

test('two test files never share a database', async () => {
  const other = await createDatabase()
  await database.pool.query("insert into schema_migration values ('mine', 'x')")
  const { rows } = await other.pool.query("select name from schema_migration where name = 'mine'")
  await other.drop()
  expect(rows).toEqual([])
})

test('a wrong password is refused', async () => {
  const url = new URL(database.url)
  url.password = 'guess'
  const client = new pg.Client({ connectionString: url.href })
  await expect(client.connect()).rejects.toThrow('password authentication failed')
})
