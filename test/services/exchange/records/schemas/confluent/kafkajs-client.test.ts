/** A real client: `@kafkajs/confluent-schema-registry` registers, encodes and decodes; the hub takes in what it framed. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { formats } from '../../../../../../services/contract/formats/index.ts'
import { permitMessage, permitSchema, registerDepartment } from '../../../../../support/city-department.ts'
import { eventually } from '../../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../../support/kafka.ts'

const department = uniqueDepartment('permits')
const subject = `datarun.${department}.permit-value`
let hub: TestHub
let registry: SchemaRegistry

beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  const password = await hub.tokenOf(`${department}/registry`)
  registry = new SchemaRegistry(
    { host: hub.exchange.address, auth: { username: 'token', password } },
    { [SchemaType.JSON]: { ajvInstance: new Ajv2020({ formats }) as never } },
  )
})
afterAll(() => hub?.close())

test('the client registers a version, and finds it by subject, by schema and by id', async () => {
  const schema = permitSchema(department)
  const wider = {
    ...schema,
    $id: `urn:datarun:${department}.permit:v2`,
    properties: { ...schema.properties, remark: { type: 'string' } },
  }
  const { id } = await registry.register({ type: SchemaType.JSON, schema: JSON.stringify(wider) }, { subject })
  expect(await registry.getLatestSchemaId(subject)).toBe(id)
  expect(await registry.getRegistryIdBySchema(subject, { type: SchemaType.JSON, schema: JSON.stringify(wider) })).toBe(
    id,
  )
  const narrower = { ...wider, $id: `urn:datarun:${department}.permit:v3`, required: [...schema.required, 'remark'] }
  const refused = registry.register({ type: SchemaType.JSON, schema: JSON.stringify(narrower) }, { subject })
  await expect(refused).rejects.toThrow(/not compatible/)
})

test('a record framed by the client arrives in the registry, and a consumer decodes it', async () => {
  const id = await registry.getLatestSchemaId(subject)
  const data = { number: 'P-1', holder: { id: '11010519491231002X', name: '张三' }, remark: 'framed' }
  const value = await registry.encode(id, data)
  expect(await registry.decode(value)).toEqual(data)
  const { headers, ...message } = permitMessage(department, { number: 'P-1', sequence: 1, version: 2 })
  const publisher = await hub.kafka.publisher()
  const { ce_dataschema: _, ...unframed } = headers as Record<string, string>
  await publisher.publish(`datarun.${department}.permit`, [{ ...message, headers: unframed, value }] as never)
  await publisher.close()
  const stored = await eventually(async () => {
    const { rows } = await hub.database.pool.query('select schema_version, body from record where key = $1', ['P-1'])
    return rows[0]
  })
  expect(stored).toEqual({ schema_version: 2, body: data })
})
