/** An error while a chunk is read, a bug of ours too, rejects one message and none of its neighbours. */
import { expect, test } from '@jest/globals'
import type { IncomingMessage } from '../../../../../services/contract/envelope.ts'
import { failure, isFailure } from '../../../../../services/contract/failure.ts'
import { createLog } from '../../../../../services/contract/log.ts'
import { type Reading, readChunk } from '../../../../../services/exchange/records/ingest/read-chunk.ts'
import type { SchemaSource } from '../../../../../services/exchange/records/schemas/schemas.ts'
import { leaseDataset as dataset, leaseVersion } from '../../../../support/record-version.ts'

const framed = (id: number, offset: number): IncomingMessage => {
  const value = Buffer.from('\0\0\0\0\0{}')
  value.writeUInt32BE(id, 1)
  return { offset, timestamp: 0, key: null, value, headers: {} }
}
const nothing = failure('RECORD_EMPTY')
const reading = (more: Partial<Reading>): Reading => ({
  dataset,
  read: () => nothing,
  schemas: { validatorFor: async () => undefined, byGlobalId: async () => undefined, byGuid: async () => undefined },
  log: createLog('test', 'silent'),
  hear: async () => {},
  ...more,
})
const codesOf = async (more: Partial<Reading>, messages: IncomingMessage[]) =>
  (await readChunk(reading(more), messages)).outcomes.map(outcome => isFailure(outcome) && outcome.failure)

/** Fails with `error` where it is asked for 7, `times` times. */
const failing = (error: Error, times = Number.POSITIVE_INFINITY): SchemaSource => ({
  validatorFor: async () => undefined,
  byGuid: async () => undefined,
  byGlobalId: async id => {
    if (id === 7 && times-- > 0) throw error
    return undefined
  },
})

test('a message at which the reader throws is rejected alone', async () => {
  const read = ({ offset }: IncomingMessage) => {
    if (offset === 1) throw new RangeError('Maximum call stack size exceeded')
    return leaseVersion(String(offset), 1)
  }
  const messages = [0, 1, 2].map(offset => framed(1, offset))
  expect(await codesOf({ read }, messages)).toEqual([false, 'RECORD_NOT_TAKEN', false])
})

test('a message whose schema cannot be looked up, for a reason that nobody foresaw, is rejected alone', async () => {
  const messages = [1, 7, 2].map(framed)
  const outcomes = await codesOf({ schemas: failing(new TypeError('odd')) }, messages)
  expect(outcomes).toEqual(['RECORD_EMPTY', 'RECORD_NOT_TAKEN', 'RECORD_EMPTY'])
})

test('a look-up that fails three times and then succeeds sets nothing aside', async () => {
  const outcomes = await codesOf({ schemas: failing(new TypeError('odd'), 3) }, [framed(7, 0), framed(1, 1)])
  expect(outcomes).toEqual(['RECORD_EMPTY', 'RECORD_EMPTY'])
})

test('an outage while schemas are looked up sets nothing aside: it is for whoever gave the chunk to wait', async () => {
  const outage = Object.assign(new Error('away'), { code: '57P01' })
  await expect(readChunk(reading({ schemas: failing(outage) }), [framed(7, 0)])).rejects.toBe(outage)
})
