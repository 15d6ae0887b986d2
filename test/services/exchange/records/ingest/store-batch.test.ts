import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type pg from 'pg'
import { createLog } from '../../../../../services/contract/log.ts'
import { type Chunk, storeChunk } from '../../../../../services/exchange/records/ingest/store-batch.ts'
import type { RecordVersion } from '../../../../../services/exchange/records/registry/version.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { leaseDataset as dataset, leaseVersion } from '../../../../support/record-version.ts'

const log = createLog('test', 'silent')
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

/** Messages from one offset to another, of which each is a record of its own. */
function chunk(topic: string, from: number, end: number, broken: Record<number, Partial<RecordVersion>> = {}): Chunk {
  const offsets = Array.from({ length: end - from }, (_, index) => from + index)
  const version = (offset: number) => leaseVersion(`${topic}-${offset}`, 1, broken[offset])
  const messages = offsets.map(offset => ({ offset, timestamp: 0, key: null, value: null, headers: {} }))
  return { dataset, topic, partition: 0, from, readAt: new Date(), messages, outcomes: offsets.map(version) }
}

async function stands(topic: string) {
  const { rows } = await database.pool.query(
    `select (select count(*) from record where key like $1 || '-%') as records,
       (select next_offset from ingest_offset where topic = $1) as next,
       (select json_agg(json_build_array(kafka_offset, code)) from rejection where topic = $1) as rejected,
       (select sum(records)::integer from publication where dataset = $2) as published`,
    [topic, dataset],
  )
  return rows[0]
}

test('of a chunk that was taken in up to its middle the rest is stored, and counted, once', async () => {
  const stored = await storeChunk(database.pool, chunk('half', 0, 3), log)
  expect(stored).toEqual({ stored: 3, duplicates: 0, rejected: 0, skipped: 0, next: 3 })
  const again = await storeChunk(database.pool, chunk('half', 0, 5), log)
  expect(again).toEqual({ stored: 2, duplicates: 0, rejected: 0, skipped: 3, next: 5 })
  expect(await stands('half')).toMatchObject({ records: 5, next: 5, published: 5 })
})

test('a chunk that lies further on than its partition stands leaves everything as it was', async () => {
  await storeChunk(database.pool, chunk('gap', 0, 2), log)
  expect(await storeChunk(database.pool, chunk('gap', 4, 6), log)).toEqual({ missing: 2 })
  expect(await stands('gap')).toMatchObject({ records: 2, next: 2 })
})

test('the one message that PostgreSQL refuses is rejected, and all others of its chunk are stored', async () => {
  const refused = chunk('refused', 0, 7, { 4: { eventTime: '0000-01-01T00:00:00Z' } })
  expect(await storeChunk(database.pool, refused, log)).toMatchObject({ stored: 6, rejected: 1, next: 7 })
  expect(await stands('refused')).toMatchObject({ records: 6, next: 7, rejected: [[4, 'RECORD_UNSTORABLE']] })
})

// An unforeseen error was retried without an end, and everything behind its batch stood still.
test('messages that fail alone for a reason that nobody foresaw are rejected, and the others are stored', async () => {
  const broken = chunk('broken', 0, 7, { 0: { eventId: 'a\nb' }, 4: { subjects: undefined as never } })
  expect(await storeChunk(database.pool, broken, log)).toMatchObject({ stored: 5, rejected: 2, next: 7 })
  const rejected = [0, 4].map(offset => [offset, 'RECORD_NOT_TAKEN'])
  expect(await stands('broken')).toMatchObject({ records: 5, next: 7, rejected })
})

/** A pool whose first transactions fail; what it says of the others is the database's. */
const failing = (times: number, error: Error): pg.Pool =>
  ({
    connect: () => (times-- > 0 ? Promise.reject(error) : database.pool.connect()),
  }) as unknown as pg.Pool

test('what passes is waited for: nothing is rejected', async () => {
  expect(await storeChunk(failing(3, new TypeError('odd')), chunk('hiccup', 0, 2), log)).toMatchObject({ stored: 2 })
})

test.each(['08006', '57P01', '25006', '42501', '42P01', '58030', 'ECONNREFUSED'])(
  'surroundings that fail with %s are for whoever gave the chunk to wait for: nothing is rejected',
  async code => {
    const outage = Object.assign(new Error('away'), { code })
    const topic = `away-${code}`
    await expect(storeChunk(failing(1, outage), chunk(topic, 0, 2), log)).rejects.toBe(outage)
    expect(await stands(topic)).toMatchObject({ records: 0, next: null, rejected: null })
  },
)
