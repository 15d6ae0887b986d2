/**
 * kafkajs 2.2.4 reads a record with our nine headers by copying the headers read so far for each further one, and by BigInt
 * for each number. Records are read by kafka-record.ts instead; all else stays kafkajs's own. The version is pinned, and a
 * test compares what comes out with kafkajs untouched.
 */

import { replaceModule } from '../own-kafkajs.ts'
import { type Reader, type RecordBody, readRecord } from '../record.ts'

type BatchContext = {
  firstOffset: string
  firstTimestamp: string
  maxTimestamp: string
  timestampType: number
  magicByte: number
  isControlBatch?: boolean
}

const logAppendTime = 1

/** In the form of kafkajs, whose numbers are texts; but headers are texts, not bytes. */
export function decodeRecord(reader: Reader, batchContext: BatchContext) {
  const { firstOffset, firstTimestamp, maxTimestamp, timestampType, magicByte, isControlBatch = false } = batchContext
  const { key, value, headers, offsetDelta, timestampDelta }: RecordBody = readRecord(reader)
  const isBroker = timestampType === logAppendTime && maxTimestamp
  return {
    magicByte,
    attributes: 0,
    timestamp: isBroker ? maxTimestamp : String(Number(firstTimestamp) + timestampDelta),
    offset: String(Number(firstOffset) + offsetDelta),
    key,
    value,
    headers,
    isControlRecord: isControlBatch,
    batchContext,
  }
}

replaceModule('src/protocol/recordBatch/record/v0/decoder.js', decodeRecord)
