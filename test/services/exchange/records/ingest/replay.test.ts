/**
 * Faults kept out: a rejected message was replayed as something else than what came (a header that jsonb cannot hold), its copy had other bytes
 * in its key, and a replay that PostgreSQL refuses, or of a number that it does not know, was answered with 500.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import kafkajs from 'kafkajs'
import pg from 'pg'
import type { MessageHeaders } from '../../../../../services/contract/envelope.ts'
import { must, permitMessage, permitSchema, registerDepartment } from '../../../../support/city-department.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'
import { openTopicTools, type TopicTools } from '../../../../support/topic-admin.ts'

const department = uniqueDepartment('replayed')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
let hub: TestHub
let tools: TopicTools
beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  tools = await openTopicTools(hub.environment.DATARUN_KAFKA_BROKERS!.split(','))
})
afterAll(async () => {
  await tools?.close()
  await hub?.close()
})

const path = `/v1/datasets/${dataset}/rejections`
const newest = async () => (await hub.call('GET', path, `${department}/registry`)).body.items[0]
const replay = (id: number | string) => hub.call('POST', `${path}/${id}/replay`, `${department}/registry`)

test('an id with U+0000 is refused in a replay as it was before, and its header says that it is base64', async () => {
  await tools.send(topic, [permitMessage(department, { number: 'P-1', sequence: 1, id: 'a\0b' })])
  const { id, code } = await eventually(newest)
  expect(code).toBe('ENVELOPE_INVALID')
  expect(await replay(id)).toMatchObject({ status: 422, body: { code: 'ENVELOPE_INVALID' } })
  const { rows } = await hub.database.pool.query('select headers from rejection where id = $1', [id])
  expect(rows[0].headers).toMatchObject({ 'ce_id;base64': Buffer.from('a\0b').toString('base64') })
  expect(rows[0].headers).not.toHaveProperty('ce_id')
})

test('copies have the bytes of key and value that came, or none', async () => {
  const [odd, none] = [Buffer.from('fffe00', 'hex'), null]
  await tools.send(topic, [
    { key: odd, value: Buffer.from('c328', 'hex') },
    { key: none, value: none },
  ])
  const kafka = new kafkajs.Kafka({
    brokers: hub.environment.DATARUN_KAFKA_BROKERS!.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const consumer = kafka.consumer({ groupId: `copies-${department}` })
  const seen: [string | undefined, string | undefined][] = []
  await consumer.connect()
  await consumer.subscribe({ topic: `${topic}.rejected`, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message: { key, value } }) => {
      seen.push([key?.toString('hex'), value?.toString('hex')])
    },
  })
  await eventually(() => seen.length === 3)
  await consumer.disconnect()
  expect(seen).toContainEqual(['fffe00', 'c328'])
  expect(seen).toContainEqual([undefined, undefined])
})

/** The newest message of the rejected topic, as it stands there. */
async function lastCopy() {
  const kafka = new kafkajs.Kafka({
    brokers: hub.environment.DATARUN_KAFKA_BROKERS!.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const consumer = kafka.consumer({ groupId: `last-${department}` })
  await consumer.connect()
  await consumer.subscribe({ topic: `${topic}.rejected`, fromBeginning: true })
  let last: MessageHeaders = {}
  await consumer.run({
    eachMessage: async ({ message }) => {
      last = message.headers as MessageHeaders
    },
  })
  await eventually(() => String(last.datarun_code) === 'SCHEMA_UNKNOWN')
  await consumer.disconnect()
  return last
}

test('a schema’s GUID of a rejected message stays what it was: in the copy, and in a replay once the schema is there', async () => {
  const schema = { ...permitSchema(department), $id: `urn:datarun:${dataset}:v2`, title: 'second' }
  const registered = await must(
    hub.call('POST', `/subjects/${topic}-value/versions`, 'hub/operator', {
      schemaType: 'JSON',
      schema: JSON.stringify(schema),
    }),
  )
  const name = Buffer.from(`01${registered.body.guid.replaceAll('-', '')}`, 'hex')
  await must(hub.call('DELETE', `/subjects/${topic}-value/versions/2`, 'hub/operator'))
  await must(hub.call('DELETE', `/subjects/${topic}-value/versions/2?permanent=true`, 'hub/operator'))
  const { value } = permitMessage(department, { number: 'P-7', sequence: 1 })
  await tools.send(topic, [{ key: 'P-7', value, headers: { __value_schema_id: name } }])
  const { id, pointer } = await eventually(async () => {
    const found = await newest()
    return found?.code === 'SCHEMA_UNKNOWN' && found
  })
  expect(pointer).toBe('header:__value_schema_id')
  const copied = await lastCopy()
  expect(Buffer.from(copied.__value_schema_id as Buffer).equals(name)).toBe(true)
  expect(String(copied.datarun_detail)).toContain(registered.body.guid)
  expect((await replay(id)).status).toBe(422)
  await must(hub.call('POST', `/v1/datasets/${dataset}/schemas`, 'hub/operator', { schema }))
  expect(await replay(id)).toMatchObject({ status: 200, body: { outcome: 'stored' } })
})

test('what a system sent that is not active, or may not publish, is rejected; replayed once it may, it is stored', async () => {
  const { publicKeys: jwks } = await hub.issuer.keys.of(`${department}/gate`)
  const put = (rights: string[], active: boolean) => {
    const title = { zh: '闸口', en: 'Gate' }
    return must(
      hub.call('PUT', `/v1/departments/${department}/systems/gate`, 'hub/operator', { title, jwks, rights, active }),
    )
  }
  for (const [number, rights, active, says] of [
    ['P-8', ['publish'], false, 'not active'],
    ['P-9', ['pull'], true, 'no right to publish'],
  ] as const) {
    await put([...rights], active)
    const message = permitMessage(department, { number, sequence: 1 })
    const headers = { ...message.headers, ce_source: `/departments/${department}/systems/gate` }
    await tools.send(topic, [{ ...message, headers }])
    const { id, code } = await eventually(async () => {
      const found = await newest()
      return found?.detail?.includes(says) && found
    })
    expect(code).toBe('SOURCE_MISMATCH')
    expect(await replay(id)).toMatchObject({ status: 422, body: { code: 'SOURCE_MISMATCH' } })
    await put(['publish'], true)
    expect(await replay(id)).toMatchObject({ status: 200, body: { outcome: 'stored' } })
  }
})

test('what PostgreSQL refuses is answered so', async () => {
  const owner = new pg.Client({ connectionString: hub.database.ownerUrl })
  await owner.connect()
  await owner.query(`alter table record add constraint refused check (key <> 'P-2') not valid`)
  await tools.send(topic, [permitMessage(department, { number: 'P-2', sequence: 1 })])
  const { id } = await eventually(async () => {
    const found = await newest()
    return found.code === 'RECORD_UNSTORABLE' && found
  })
  expect(await replay(id)).toMatchObject({ status: 422, body: { code: 'RECORD_UNSTORABLE' } })
  await owner.query('alter table record drop constraint refused')
  await owner.end()
  expect(await replay(id)).toMatchObject({ status: 200, body: { outcome: 'stored' } })
})

test.each(['99999999999999999999', '9223372036854775808', '0', '-1', 'x'])(
  'no rejection has the number %s',
  async id => {
    expect((await replay(id)).status).toBe(400)
  },
)
