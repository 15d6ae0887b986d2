import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { asSuperuser } from '../../../services/local/databases.ts'
import { removeDirectory } from '../../../services/local/places.ts'
import { type Postgres, startPostgres } from '../../../services/local/postgres.ts'
import { canConnect } from '../../support/can-connect.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryHome } from '../../support/temporary-home.ts'

let directory: string
let postgres: Postgres

beforeAll(async () => {
  directory = await temporaryHome()
  // An interrupted initialisation leaves this.
  await mkdir(join(directory, 'postgres', 'data.part'), { recursive: true })
  await writeFile(join(directory, 'postgres', 'data.part', 'PG_VERSION'), '18')
  postgres = await startPostgres({ directory })
})
afterAll(async () => {
  await postgres.stop()
  await removeDirectory(join(directory, 'postgres'))
  await removeDirectory(directory)
})

const query = <Row>(sql: string) =>
  asSuperuser(postgres.urlOf('postgres'), async client => (await client.query(sql)).rows as Row[])

test('PostgreSQL listens on the loopback address alone', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(address => !address.internal && address.family === 'IPv4')
  expect(await canConnect('127.0.0.1', postgres.port)).toBe(true)
  for (const { address } of others)
    expect([address, await canConnect(address, postgres.port)]).toEqual([address, false])
})

test('its files belong to a user that is not root, and nobody else may read them', async () => {
  const data = await stat(join(directory, 'postgres', 'data'))
  expect(data.mode & 0o077).toBe(0)
  expect(data.uid).not.toBe(0)
  expect((await stat(join(directory, 'secrets.json'))).mode & 0o077).toBe(0)
  expect(await readdir(join(directory, 'postgres'))).toEqual(['data'])
})

test('what was committed is there after a kill in the middle of other work', async () => {
  await query('create table kept (id int)')
  await query('insert into kept values (1)')
  const broken = query('insert into kept select generate_series(2, 20000000)').then(
    () => 'finished',
    () => 'broken',
  )
  const busy = "select from pg_stat_activity where state = 'active' and query like 'insert into kept select%'"
  await eventually(async () => (await query(busy)).length > 0)
  await postgres.kill()
  expect(postgres.pid).toBe(undefined)
  expect(await broken).toBe('broken')
  await postgres.start()
  expect(await query('select id from kept')).toEqual([{ id: 1 }])
})

test('a second start in the same place keeps data and password', async () => {
  await query('create table lasting as select 7 as number')
  await postgres.stop()
  postgres = await startPostgres({ directory })
  expect(await query('select number from lasting')).toEqual([{ number: 7 }])
})

test('a port that is taken is named in the error', async () => {
  const second = await temporaryHome()
  const start = startPostgres({ directory: second, port: postgres.port })
  await expect(start).rejects.toThrow(/^Port \d+ at 127\.0\.0\.1 is in use .*PostgreSQL/)
  await removeDirectory(join(second, 'postgres'))
  await removeDirectory(second)
})

test('errors of statements, which quote values, are not in its log', async () => {
  await expect(query("select 'canary-17'::int")).rejects.toThrow('canary-17')
  expect(await readFile(join(directory, 'logs', 'postgres.log'), 'utf8')).not.toContain('canary-17')
})
