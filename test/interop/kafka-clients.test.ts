/**
 * Clients of other makers publish and read as their users would have them: at one hub, whose Kafka asks for tokens. Python's
 * confluent-kafka, kafkajs with its registry client, a Java producer that logs in by its own key, and Redpanda Console's Go client.
 */
import { spawn } from 'node:child_process'
import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import { repository } from '../../services/local/places.ts'
import { alice, permitMessage, permitSchema, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { fetchGoModules } from '../support/go-modules.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { fetchFromMaven, fetchFromNpm, fetchFromPip } from '../support/other-clients.ts'
import { registerReader, type TestReader } from '../support/schema-reader.ts'
import { type SecuredHub, startSecuredHub } from '../support/secured-hub.ts'

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
/** What names the schema is left to the client. */
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

/** What a program printed that was given `input`. @throws with its complaints where it failed. */
async function runWith(command: string, words: string[], input: string, cwd = repository): Promise<string> {
  const child = spawn(command, words, { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(input)
  const ended = new Promise(resolve => child.once('close', resolve))
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  if ((await ended) !== 0) throw new Error(complaints)
  return printed
}

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

/** The settings of a Java producer that logs in by an assertion which its own key signs. */
async function javaSettings(folder: string): Promise<{ file: string; flags: string[] }> {
  const { privateKey } = await hub.issuer.keys.of(system)
  const keyFile = join(folder, 'key.pem')
  const pem = createPrivateKey({ key: privateKey as JsonWebKey, format: 'jwk' }).export({
    type: 'pkcs8',
    format: 'pem',
  })
  await writeFile(keyFile, pem, { mode: 0o600 })
  const { issuer } = hub.kafkaIssuer
  const oauth = 'org.apache.kafka.common.security.oauthbearer'
  const settings = {
    'bootstrap.servers': hub.brokers.join(','),
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'OAUTHBEARER',
    'sasl.jaas.config': `${oauth}.OAuthBearerLoginModule required;`,
    'sasl.login.callback.handler.class': `${oauth}.OAuthBearerLoginCallbackHandler`,
    'sasl.oauthbearer.jwt.retriever.class': `${oauth}.ClientCredentialsJwtRetriever`,
    // Its default wants jose4j on the class path, which only brokers need.
    'sasl.oauthbearer.jwt.validator.class': `${oauth}.ClientJwtValidator`,
    'sasl.oauthbearer.token.endpoint.url': `${issuer}/token`,
    'sasl.oauthbearer.assertion.algorithm': 'ES256',
    'sasl.oauthbearer.assertion.private.key.file': keyFile,
    'sasl.oauthbearer.assertion.claim.iss': system,
    'sasl.oauthbearer.assertion.claim.sub': system,
    'sasl.oauthbearer.assertion.claim.aud': issuer,
    'sasl.oauthbearer.assertion.claim.exp.seconds': '60',
    'sasl.oauthbearer.assertion.claim.jti.include': 'true',
    acks: 'all',
    'delivery.timeout.ms': '20000',
    'request.timeout.ms': '10000',
    'max.block.ms': '20000',
  }
  const file = join(folder, 'client.properties')
  await writeFile(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  const allowed = 'org.apache.kafka.sasl.oauthbearer.allowed'
  return {
    file,
    flags: [
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      `-D${allowed}.urls=${issuer}/token`,
      `-D${allowed}.files=${keyFile}`,
    ],
  }
}

test('a Java producer that logs in by its own key (ClientCredentialsJwtRetriever) writes a record that arrives', async () => {
  const source = join(interop, 'java-producer')
  const home = await fetchFromMaven(
    'java-producer',
    'kafka-clients-4.3.1',
    await readFile(join(source, 'pom.xml'), 'utf8'),
  )
  if (!home) return
  const { file, flags } = await javaSettings(home)
  const record = recordOf('P-6')
  const { headers } = permitMessage(department, { number: 'P-6', sequence: 1 })
  const words = Object.entries(headers as Record<string, string>).map(([name, value]) => `${name}=${value}`)
  const program = [...flags, '-cp', `${join(home, 'libs')}/*${delimiter}`, join(source, 'Producer.java')]
  const printed = await runWith('java', [...program, file, topic, 'P-6', ...words], JSON.stringify(record))
  expect(printed).toMatch(new RegExp(`^${topic} \\d+\\n$`))
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
