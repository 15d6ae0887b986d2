/** Names that a schema keeps for good: its id, its GUID and its version number. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../../../services/contract/canonical-json.ts'
import { asSuperuser } from '../../../../../services/local/databases.ts'
import { must, permitSchema, registerDepartment } from '../../../../support/city-department.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'

const department = uniqueDepartment('permits')
const dataset = `${department}.permit`
const subject = `/subjects/datarun.${dataset}-value`
const schema = permitSchema(department)
const withNote = (length: number): JsonObject => ({
  ...schema,
  properties: { ...schema.properties, note: { type: 'string', maxLength: length } },
})
let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
})
afterAll(() => hub?.close())

const ask = async (method: string, path: string, body?: unknown) =>
  (await must(hub.call(method, path, `${department}/registry`, body))).body
const register = (one: JsonObject) =>
  ask('POST', `${subject}/versions`, { schemaType: 'JSON', schema: JSON.stringify(one) })

test('a GUID is a UUID of version 8, made from the dataset and the fingerprint alone', async () => {
  const { guid, id } = await ask('GET', `${subject}/versions/1`)
  const { fingerprint } = await ask('GET', `/v1/datasets/${dataset}/schemas/1`)
  const hash = createHash('sha256').update(`${dataset} ${fingerprint}`).digest('hex')
  const expected = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`
  expect(guid).toBe(expected)
  expect(await hub.exchange.hub.schemas.byGuid(guid)).toEqual({ dataset, version: 1 })
  expect(await hub.exchange.hub.schemas.byGuid('00000000-0000-0000-0000-000000000000')).toBeUndefined()
  expect((await register(schema)).guid).toBe(guid)
  expect((await ask('GET', `/schemas/ids/${id}`)).guid).toBe(guid)
  const found = await ask('GET', `/schemas/guids/${guid.toUpperCase()}`)
  expect([found.id, JSON.parse(found.schema)]).toEqual([id, schema])
  expect(await ask('GET', `/schemas/guids/${guid}/ids`)).toEqual([{ context: '.', id }])
})

test('a schema registered again after a soft delete has the id and the GUID it had, and a version of its own', async () => {
  const first = await register(withNote(10))
  expect(first.version).toBe(2)
  expect(await hub.exchange.hub.schemas.byGlobalId(first.id)).toEqual({ dataset, version: 2 })
  await ask('DELETE', `${subject}/versions/2`)
  const again = await register(withNote(10))
  expect([again.id, again.guid, again.version]).toEqual([first.id, first.guid, 3])
  const names = hub.exchange.hub.schemas
  await eventually(async () => (await names.byGlobalId(first.id))?.version === 3)
  expect(await names.byGuid(first.guid)).toEqual({ dataset, version: 3 })
  expect((await ask('GET', `/schemas/ids/${first.id}`)).version).toBe(3)
})

test('the number of a version that was deleted for good is never given again, were all of them deleted', async () => {
  const gone = await ask('GET', `${subject}/versions/3`)
  for (const version of [1, 3]) await ask('DELETE', `${subject}/versions/${version}`)
  expect(await ask('DELETE', `${subject}?permanent=true`)).toEqual([1, 2, 3])
  const { id, version, guid } = await register(withNote(10))
  expect([version, guid]).toEqual([4, gone.guid])
  expect(id).toBeGreaterThan(gone.id)
  expect((await hub.call('GET', `/schemas/ids/${gone.id}`, `${department}/registry`)).status).toBe(404)
})

test('registering takes rights on tables alone, as a database of the city’s own may give no others', async () => {
  await asSuperuser(hub.database.superuserUrl, client =>
    client.query('revoke all on all sequences in schema public from datarun_services'),
  )
  const { version } = await register(withNote(20))
  await ask('DELETE', `${subject}/versions/${version}`)
  expect((await register(withNote(20))).version).toBe(version + 1)
})
