import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Chunk, storeChunk } from '../../../../services/exchange/ingest/store-batch.ts'
import { createDatabase, type TestDatabase } from '../../../support/database.ts'
import { leaseDataset as dataset, leaseVersion } from '../../../support/record-version.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

/** Messages from one offset to another, of which each is a record of its own. */
function chunk(topic: string, from: number, end: number, broken?: number): Chunk {
  const offsets = Array.from({ length: end - from }, (_, index) => from + index)
  const version = (offset: number) =>
    leaseVersion(`${topic}-${offset}`, 1, offset === broken ? { eventId: 'a\nb' } : {})
  const messages = offsets.map(offset => ({ offset, timestamp: 0, key: null, value: null, headers: {} }))
  return { dataset, topic, partition: 0, from, messages, outcomes: offsets.map(version) }
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
  const stored = await storeChunk(database.pool, chunk('half', 0, 3))
  expect(stored).toEqual({ stored: 3, duplicates: 0, rejected: 0, skipped: 0, next: 3 })
  const again = await storeChunk(database.pool, chunk('half', 0, 5))
  expect(again).toEqual({ stored: 2, duplicates: 0, rejected: 0, skipped: 3, next: 5 })
  expect(await stands('half')).toMatchObject({ records: 5, next: 5, published: 5 })
})

test('a chunk that lies further on than its partition stands leaves everything as it was', async () => {
  await storeChunk(database.pool, chunk('gap', 0, 2))
  expect(await storeChunk(database.pool, chunk('gap', 4, 6))).toEqual({ missing: 2 })
  expect(await stands('gap')).toMatchObject({ records: 2, next: 2 })
})

test('the one message that cannot be stored is set aside, and all others of its chunk are stored', async () => {
  const stored = await storeChunk(database.pool, chunk('broken', 0, 7, 4))
  expect(stored).toMatchObject({ stored: 6, rejected: 1, next: 7 })
  expect(await stands('broken')).toMatchObject({ records: 6, next: 7, rejected: [[4, 'RECORD_UNSTORABLE']] })
})
