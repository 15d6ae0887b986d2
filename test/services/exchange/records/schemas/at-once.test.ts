/** Another process of the hub is stood for by a transaction of the test's own, which has the dataset's lock. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type pg from 'pg'
import type { JsonObject } from '../../../../../services/contract/canonical-json.ts'
import { permitSchema, registerDepartment } from '../../../../support/city-department.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'

const department = uniqueDepartment('permits')
const dataset = `${department}.permit`
const own = `${department}/registry`
const path = `/v1/datasets/${dataset}/schemas`
const schema = permitSchema(department)
const withNote = (length: number, title = 'Permit'): JsonObject => ({
  ...schema,
  title,
  properties: { ...schema.properties, note: { type: 'string', maxLength: length } },
})
let hub: TestHub
let other: pg.PoolClient

beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  other = await hub.database.pool.connect()
})
afterAll(async () => {
  other?.release()
  await hub?.close()
})

const register = (candidate: JsonObject) => hub.call('POST', path, own, { schema: candidate })

async function lockAsOther() {
  await other.query('begin')
  await other.query('select from dataset where id = $1 for no key update', [dataset])
}

const waiting = async () => {
  const { rows } = await hub.database.pool.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length
}

test('a schema is compared with what another process registers while it waits', async () => {
  await lockAsOther()
  const answer = register(withNote(10))
  await eventually(async () => (await waiting()) === 1)
  await other.query(
    `insert into schema_version (dataset, version, schema, fingerprint, registered_by, registered_at)
     values ($1, 2, $2, 'of another process', $3, now())`,
    [dataset, JSON.stringify(withNote(20)), own],
  )
  await other.query('commit')
  const { status, body } = await answer
  expect([status, body.code, body.compatibility.comparisons[0].version]).toEqual([409, 'SCHEMA_INCOMPATIBLE', 2])
})

test('however many registrations wait, the others who need the database are answered', async () => {
  await lockAsOther()
  const answers = Promise.all(Array.from({ length: 40 }, (_, at) => register(withNote(20, `Permit ${at}`))))
  await eventually(async () => (await waiting()) === 1)
  expect((await hub.call('GET', path, own)).status).toBe(200)
  expect(await waiting()).toBe(1)
  await other.query('commit')
  const versions = (await answers).map(({ body }) => body.version)
  expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, at) => 3 + at))
})
