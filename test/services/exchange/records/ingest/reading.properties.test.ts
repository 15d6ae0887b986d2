/**
 * The whole way of a message, from what Kafka gives to what PostgreSQL holds: whatever stands in its value, frame, headers,
 * key and time, nothing is thrown and nothing stands still. Each message is a version or rejected with a reason that its
 * sender can act on; PostgreSQL refuses nothing that was read.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { JsonObject } from '../../../../../services/contract/canonical-json.ts'
import { noExceptions } from '../../../../../services/contract/code-exceptions.ts'
import type { IncomingMessage } from '../../../../../services/contract/envelope.ts'
import { isFailure } from '../../../../../services/contract/failure.ts'
import { createLog } from '../../../../../services/contract/log.ts'
import { readChunk } from '../../../../../services/exchange/records/ingest/read-chunk.ts'
import { messageReader } from '../../../../../services/exchange/records/ingest/read-message.ts'
import { storeChunk } from '../../../../../services/exchange/records/ingest/store-batch.ts'
import type { SchemaSource } from '../../../../../services/exchange/records/schemas/schemas.ts'
import { compileSchema, type Validate } from '../../../../../services/json-schema/validation.ts'
import { alice, datasetOf, permitMessage } from '../../../../support/city-department.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'

const department = 'odd'
const dataset = datasetOf(department)
const topic = `datarun.${dataset.id}`
const log = createLog('test', 'silent')
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

/** Nothing is asked of a record but its key and holder: what its other members hold is for PostgreSQL to keep. */
const schema: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['number'],
  properties: { number: { type: 'string' }, self: { $ref: '#' } },
}
const validate = compileSchema(schema) as Validate
const knownGuid = '0a0a0a0a-0a0a-8a0a-aa0a-0a0a0a0a0a0a'
/** Asks PostgreSQL for ids as the registry does, so that it may refuse one. */
const schemas: SchemaSource = {
  validatorFor: async (_, version) => (version === 1 ? { validate } : undefined),
  byGlobalId: async id => {
    await database.pool.query('select from schema_version where id = $1', [id])
    return id === 1 ? { dataset: dataset.id, version: 1 } : undefined
  },
  byGuid: async guid => {
    await database.pool.query('select from schema_version where guid = $1', [guid])
    return guid === knownGuid ? { dataset: dataset.id, version: 1 } : undefined
  },
}

const date = fc.oneof(
  fc.constantFrom(
    '2024-02-29',
    '2023-02-30',
    '0000-01-01',
    '0001-01-01',
    '9999-12-31',
    '2024-13-01',
    '12024-01-01',
    '',
  ),
  fc.string({ maxLength: 12 }),
)
const record = fc
  .record({
    number: fc.constantFrom('P-1', 'P-2', '民-3'),
    holder: fc.constantFrom<unknown>({ id: alice }, { id: 'nobody' }, [], null, alice),
    validFrom: date,
    validUntil: fc.oneof(date, fc.jsonValue()),
    self: fc.jsonValue({ maxDepth: 5 }),
    deep: fc.integer({ min: 0, max: 20_000 }),
  })
  .map(({ deep, ...members }) =>
    JSON.stringify({ ...members, extra: 0 }).replace('"extra":0', `"extra":${'['.repeat(deep)}${']'.repeat(deep)}`),
  )
const content = fc.oneof(
  { weight: 5, arbitrary: record.map(text => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.json().map(text => Buffer.from(text)) },
)
const frame = fc
  .oneof(fc.constantFrom(1, 1, 1, 0, 2, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1), fc.nat(2 ** 32 - 1))
  .map(id => {
    const bytes = Buffer.alloc(5)
    bytes.writeUInt32BE(id, 1)
    return bytes
  })
const value = fc.oneof(
  { weight: 4, arbitrary: content },
  { weight: 4, arbitrary: fc.tuple(frame, content).map(parts => Buffer.concat(parts)) },
  { weight: 1, arbitrary: fc.constantFrom(null, Buffer.alloc(0), Buffer.alloc(1), Buffer.from('00ffffffff01', 'hex')) },
)

const oddText = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom('\0', '\ud800', '', '-1', 'NaN'))
const headerValue = fc.oneof(
  oddText,
  fc.array(oddText, { maxLength: 3 }),
  fc.constantFrom(undefined, null),
  fc.uint8Array({ maxLength: 8 }).map(bytes => Buffer.from(bytes)),
)
const instants = fc.constantFrom(
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+08:00',
  '2026-02-30T00:00:00Z',
  '2026-03-05T09:30:00+16:00',
  '2026-03-05T09:30:00-15:59',
  '2026-03-05T09:30:00-23:59',
  '9999-12-31T23:59:59-12:00',
  '2026-03-05T23:59:60Z',
  '2026-03-05T09:30:00.123456789+08:00',
)
const guidHeader = Buffer.from(`01${knownGuid.replaceAll('-', '')}`, 'hex')
const knownHeaders = permitMessage(department, { number: 'P-1', sequence: 1 }).headers
const change = fc.oneof(
  fc.record({ name: fc.constantFrom(...Object.keys(knownHeaders), '__proto__', 'constructor'), value: headerValue }),
  fc.record({ name: fc.constant('ce_time'), value: instants }),
  fc.record({
    name: fc.constant('ce_sequence'),
    value: fc.constantFrom('0', '1', '9007199254740991', '9007199254740992', '1e3', '٣', '-1'),
  }),
  fc.record({ name: fc.constant('__value_schema_id'), value: fc.oneof(fc.constant(guidHeader), headerValue) }),
  fc.record({ name: oddText, value: headerValue }),
)
const headers = fc.oneof(
  fc.constant({}),
  fc.constant({ __value_schema_id: guidHeader }),
  fc.array(change, { maxLength: 3 }).map(changes => {
    const odd: Record<string, unknown> = { ...knownHeaders }
    for (const { name, value } of changes)
      Object.defineProperty(odd, name, { value, enumerable: true, configurable: true, writable: true })
    return odd
  }),
)
const timestamp = fc.oneof(
  fc.constantFrom(-1, 0, 1_796_000_000_000, -9e15, 2 ** 53, 2 ** 63, -(2 ** 63), Number.NaN, 1.8e19),
  fc.maxSafeInteger(),
)
const key = fc.oneof(
  fc.constantFrom('P-1', 'P-2', '民-3').map(text => Buffer.from(text)),
  fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes)),
  fc.constant(null),
)
const message = fc.record({ value, headers, timestamp, key }) as fc.Arbitrary<Omit<IncomingMessage, 'offset'>>

/** Reasons that say nothing a sender could act on: that one is given means that a rule is missing. */
const helpless = ['RECORD_UNSTORABLE', 'RECORD_NOT_TAKEN']

test('whatever a message holds, it is stored or rejected, and what is read PostgreSQL stores', async () => {
  const read = messageReader(dataset, { now: () => new Date(), publisher: () => 'may', exceptions: noExceptions })
  let partition = 0
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 12 }), async drawn => {
      const messages = drawn.map((one, index) => ({ ...one, offset: index }))
      const chunk = await readChunk({ dataset: dataset.id, read, schemas, log, hear: async () => {} }, messages)
      for (const outcome of chunk.outcomes) {
        if (isFailure(outcome)) expect(helpless).not.toContain(outcome.failure)
      }
      const place = { dataset: dataset.id, topic, partition: partition++, from: 0, readAt: new Date() }
      const stored = await storeChunk(database.pool, { ...place, ...chunk }, log)
      expect(stored).toMatchObject({ next: messages.length, skipped: 0 })
      const counted = stored as { stored: number; duplicates: number; rejected: number }
      expect(counted.stored + counted.duplicates + counted.rejected).toBe(messages.length)
    }),
    { numRuns: 300 },
  )
  const unstored = await database.pool.query('select code from rejection where code = any($1)', [helpless])
  expect(unstored.rows).toEqual([])
})
