import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import kafkajs from 'kafkajs'
import { partitionOf } from '../../../services/kafka/partition.ts'

/** kafkajs's own, which follows Kafka's Java client. */
const theirs = kafkajs.Partitioners.DefaultPartitioner()
const expected = (key: string | Buffer, partitions: number) => {
  const partitionMetadata = Array.from(
    { length: partitions },
    (_, partitionId) => ({ partitionId, leader: 1 }) as never,
  )
  return theirs({ topic: 'topic', partitionMetadata, message: { key, value: '' } })
}

test('a key belongs to the partition that Kafka’s own clients choose for it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 200 }), (key, partitions) => {
      expect(partitionOf(key, partitions)).toBe(expected(key, partitions))
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
      const key = Buffer.from(bytes)
      expect(partitionOf(key, 997)).toBe(expected(key, 997))
    }),
  )
})
