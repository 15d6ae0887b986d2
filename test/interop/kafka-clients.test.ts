/**
 * Clients of other makers publish and read as their users would have them: at one hub, whose Kafka asks for tokens. Python's
 * confluent-kafka, kafkajs with its registry client, a Java producer that logs in by its own key, and Redpanda Console's Go client.
 */
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import { repository } from '../../services/local/places.ts'
import { alice, permitMessage, permitSchema, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { fetchGoModules } from '../support/go-modules.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { fetchFromNpm, fetchFromPip, runWith } from '../support/other-clients.ts'
import { basicOf, registerReader, type TestReader } from '../support/schema-reader.ts'
import { type SecuredHub, startSecuredHub } from '../support/secured-hub.ts'
import { allowedAddress, fetchJava, loginByKey, runJava } from './java-client.ts'

const interop = join(repository, 'test/interop')
const department = uniqueDepartment('permits')
const system = `${department}/registry`
const topic = `datarun.${department}.permit`
const first = permitSchema(department)
const wider = { ...first, properties: { ...first.properties, remark: { type: 'string' } } }
const narrower = { ...wider, required: [...first.required, 'remark'] }
let hub: SecuredHub
let reader: TestReader
let token: string

beforeAll(async () => {
  hub = await startSecuredHub()
  await registerDepartment(hub, department)
  reader = await registerReader(hub, department, 'consumer')
  token = await hub.kafkaTokenOf(system)
}, 180_000)
afterAll(() => hub?.close())

const recordOf = (number: string, more: JsonObject = {}) => ({ number, holder: { id: alice, name: '张三' }, ...more })
/** The client chooses how it names the schema. */
const headersOf = (number: string) => {
  const { headers } = permitMessage(department, { number, sequence: 1 })
  const { ce_dataschema: _, ...rest } = headers as Record<string, string>
  return rest
}
const stored = (number: string) =>
  eventually(
    async () => {
      const { rows } = await hub.database.pool.query('select schema_version, body from record where key = $1', [number])
      if (rows[0]) return rows[0]
      const rejected = await hub.database.pool.query('select code, detail from rejection where message_key = $1', [
        Buffer.from(number),
      ])
      if (rejected.rows[0]) throw new Error(JSON.stringify(rejected.rows[0]))
      return undefined
    },
    { timeout: 20_000 },
  )

const common = () => ({ registry: hub.exchange.address, token, topic, reader })

test('Python’s serializer registers, looks up, takes the latest and puts the GUID into a header: all arrive', async () => {
  const home = await fetchFromPip('confluent-kafka', ['confluent-kafka[schemaregistry,json]==2.16.1'])
  if (!home) return
  const ways = { registers: 'P-1', looks_up: 'P-2', latest: 'P-3', header: 'P-4' }
  const each = <T>(make: (number: string) => T) =>
    Object.fromEntries(Object.entries(ways).map(([way, number]) => [way, make(number)]))
  const task = {
    ...common(),
    brokers: hub.brokers.join(','),
    schema: JSON.stringify(wider),
    incompatible: JSON.stringify(narrower),
    headers: each(headersOf),
    records: each(number => recordOf(number, { remark: 'from Python' })),
  }
  const script = join(interop, 'confluent_kafka_producer.py')
  expect(JSON.parse(await runWith(join(home, 'bin/python'), [script], JSON.stringify(task)))).toEqual({
    subjects: [`${topic}-value`],
    versions: [1, 2],
    latest: 2,
    same: true,
    compatible: true,
    incompatible: false,
  })
  for (const number of Object.values(ways))
    expect(await stored(number)).toEqual({ schema_version: 2, body: recordOf(number, { remark: 'from Python' }) })
}, 300_000)

test('a record that kafkajs’s registry client framed arrives, and is read back with a reader’s secret', async () => {
  const packages = ['@kafkajs/confluent-schema-registry@4.1.0', 'kafkajs@2.2.4', 'ajv@8.20.0']
  const home = await fetchFromNpm('kafkajs-registry', packages)
  if (!home) return
  await copyFile(join(interop, 'kafkajs_registry.mjs'), join(home, 'publish.mjs'))
  const record = recordOf('P-5')
  const task = { ...common(), brokers: hub.brokers, headers: headersOf('P-5'), record }
  const told = JSON.parse(await runWith(process.execPath, ['publish.mjs'], JSON.stringify(task), home))
  expect(told).toEqual({ id: expect.any(Number), decoded: record })
  expect((await stored('P-5')).body).toEqual(record)
}, 300_000)

test('a Java producer that logs in by its own key (ClientCredentialsJwtRetriever) writes a record that arrives', async () => {
  const home = await fetchJava()
  if (!home) return
  const { privateKey } = await hub.issuer.keys.of(system)
  const login = await loginByKey(home, system, privateKey, hub.kafkaIssuer.issuer)
  const record = recordOf('P-6')
  const { headers } = permitMessage(department, { number: 'P-6', sequence: 1 })
  const words = Object.entries(headers as Record<string, string>).map(([name, value]) => `${name}=${value}`)
  const settings = { 'bootstrap.servers': hub.brokers.join(','), ...login.settings }
  const printed = await runJava(
    home,
    'Producer.java',
    { ...login, settings },
    [topic, 'P-6', ...words],
    JSON.stringify(record),
  )
  expect(printed).toMatch(new RegExp(`^${topic} \\d+\n$`))
  expect(await stored('P-6')).toEqual({ schema_version: 1, body: record })
}, 300_000)

test('Redpanda Console’s client (franz-go’s sr) reads everything by a reader’s secret, and may change nothing', async () => {
  const source = join(interop, 'go-schema-registry')
  if (!fetchGoModules(source, 'test/interop/kafka-clients.test.ts')) return
  const add = { schemaType: 'JSON', schema: JSON.stringify(wider) }
  await hub.call('POST', `/subjects/${topic}-value/versions`, 'hub/operator', add)
  const { body } = await hub.call('GET', `/subjects/${topic}-value/versions/latest`, 'hub/operator')
  const job = { address: hub.exchange.address, user: reader.id, password: reader.secret, subject: `${topic}-value` }
  const input = JSON.stringify({ ...job, guid: body.guid, schema: JSON.stringify(first) })
  expect(JSON.parse(await runWith('go', ['run', '.'], input, source))).toEqual({
    types: ['JSON'],
    contexts: ['.'],
    subjects: [`${topic}-value`],
    versions: [1, 2],
    latest: 2,
    schemas: 2,
    all: 2,
    byId: true,
    byGuid: true,
    usages: 1,
    references: 0,
    lookedUp: 1,
    compatibility: 'BACKWARD',
    mode: 'READWRITE',
    unset: 40408,
    create: 403,
    delete: 403,
  })
}, 300_000)

/** A block of docs/kafka-uis.md as it stands, with the addresses and the secret of this hub. */
async function configOf(heading: string, ui: TestReader) {
  const page = await readFile(join(repository, 'docs/kafka-uis.md'), 'utf8')
  const [, block = ''] = /```yaml\n([\s\S]*?)```/.exec(page.slice(page.indexOf(`## ${heading}`)))!
  const filled = block
    .replaceAll('kafka-1.example:9093', hub.brokers.join(','))
    .replaceAll('https://id.hub.example', hub.kafkaIssuer.issuer)
    .replaceAll('https://hub.example', hub.exchange.address)
    .replaceAll(/hub\/readers\/\w+/g, ui.id)
    .replaceAll(/\$\{READER_SECRET\}/g, ui.secret)
    .replaceAll('SASL_SSL', 'SASL_PLAINTEXT')
  return parse(filled)
}
const subjectsFor = async (address: string, user: string, password: string) => {
  const response = await fetch(`${address}/subjects`, { headers: { authorization: basicOf(user, password) } })
  return response.json()
}

test('the settings for Kafbat UI on docs/kafka-uis.md show the schemas, and at Kafka the topics alone', async () => {
  const ui = await registerReader(hub, 'hub', 'kafbat', true)
  const [cluster] = (await configOf('Kafbat UI', ui)).kafka.clusters
  const { schemaRegistry, schemaRegistryAuth, bootstrapServers, properties } = cluster
  const { username, password } = schemaRegistryAuth
  expect(await subjectsFor(schemaRegistry, username, password)).toEqual([`${topic}-value`])
  const home = await fetchJava()
  if (!home) return
  const flags = [allowedAddress(properties['sasl.oauthbearer.token.endpoint.url'])]
  const settings = { 'bootstrap.servers': bootstrapServers, ...properties }
  const topics = (await runJava(home, 'Topics.java', { settings, flags })).trim().split(' ')
  expect(topics).toEqual(expect.arrayContaining([topic, `${topic}.rejected`]))
  expect(topics.filter(name => !name.startsWith('datarun.'))).toEqual([])
}, 300_000)

test('the settings for Redpanda Console on docs/kafka-uis.md show the schemas, and get a token for Kafka', async () => {
  const ui = await registerReader(hub, 'hub', 'console')
  const { kafka, schemaRegistry } = await configOf('Redpanda Console', ui)
  const { username, password } = schemaRegistry.authentication.basic
  expect(await subjectsFor(schemaRegistry.urls[0], username, password)).toEqual([`${topic}-value`])
  const { clientId, clientSecret, tokenEndpoint } = kafka.sasl.oauth
  const form = 'grant_type=client_credentials&scope='
  const headers = {
    authorization: basicOf(clientId, clientSecret),
    'content-type': 'application/x-www-form-urlencoded',
  }
  const answer = await fetch(`${tokenEndpoint}?${form}`, { method: 'POST', headers, body: form })
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ token_type: 'Bearer' })])
})
