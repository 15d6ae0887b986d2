/**
 * Publishes one record as a department's program would, with kafkajs and `@kafkajs/confluent-schema-registry`, framed by the newest
 * schema of its topic. Reads one JSON object from standard input: registry, token, brokers, topic, headers, record, reader.
 */
import { text } from 'node:stream/consumers'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { Kafka, logLevel } from 'kafkajs'

const { registry: host, token, brokers, topic, headers, record, reader } = JSON.parse(await text(process.stdin))
/** The package's own validator is of another draft, and knows no formats. One for each registry, as each adds its schemas. */
const validator = () => ({ ajvInstance: new Ajv2020({ strict: false, validateFormats: false }) })
const open = (username, password) =>
  new SchemaRegistry({ host, auth: { username, password } }, { [SchemaType.JSON]: validator() })

const registry = open('token', token)
const id = await registry.getLatestSchemaId(`${topic}-value`)
const value = await registry.encode(id, record)
const decoded = await open(reader.id, reader.secret).decode(value)

const sasl = { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: token }) }
const producer = new Kafka({ brokers, sasl, logLevel: logLevel.ERROR }).producer({ allowAutoTopicCreation: false })
await producer.connect()
await producer.send({ topic, acks: -1, messages: [{ key: record.number, value, headers }] })
await producer.disconnect()
process.stdout.write(JSON.stringify({ id, decoded }))
