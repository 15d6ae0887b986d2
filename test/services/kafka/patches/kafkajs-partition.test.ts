import { expect, test } from '@jest/globals'
import '../../../../services/kafka/kafka.ts'
import { moduleOf } from '../../../../services/kafka/own-kafkajs.ts'
import { groupByPartition } from '../../../../services/kafka/patches/partition.ts'

const about = { topic: 't', partitionMetadata: [0, 1, 2] }
const partitioner = ({ message }: { message: number }) => message % 3

test('each message is with its partition, in the order it came', () => {
  const groups = groupByPartition({ ...about, messages: [5, 1, 2, 8, 4], partitioner })
  expect(groups).toEqual({ 1: [1, 4], 2: [5, 2, 8] })
})

test('where no partition is known nothing is sorted', () => {
  expect(groupByPartition({ ...about, partitionMetadata: [], messages: [1], partitioner })).toEqual({})
})

test('kafkajs has messages sorted by us', () => {
  expect(moduleOf('src/producer/groupMessagesPerPartition.js')).toBe(groupByPartition)
})
