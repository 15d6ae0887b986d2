/** A batch that kafkajs brings: handed over until it is done, while the next one is fetched already. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { EachBatchPayload, KafkaMessage } from 'kafkajs'
import type { IncomingMessage } from '../contract/envelope.ts'
import type { UnreadableBatch } from './patches/batches.ts'
import { FetchedRecord } from './patches/fetch.ts'
import { goTo, nameOf, pauseAfter, placeOf, type Reading } from './placing.ts'
import type { Batch, Handled, Place } from './subscription.ts'

const stoppedFor = 5_000
const longestInHand = 3_000
const heartbeatInterval = 1_000
const untilPlaced = 50

/**
 * Resolves once the batch before it, of this partition, is done: the next is fetched and read while this one is stored. Two of
 * a partition are in memory at most. Where nobody tells positions, Kafka's offsets are all there is: then each is waited for.
 */
export async function takeBatch(reading: Reading, payload: EachBatchPayload): Promise<void> {
  const { state } = reading
  const { batch, resolveOffset, isRunning, isStale } = payload
  const name = nameOf(batch)
  if (state.stopping || !isRunning() || isStale()) return
  if (!state.anywhere && !state.placed.has(name)) return sleep(untilPlaced, undefined)
  const last = batch.messages.at(-1)!.offset
  const before = state.inHand.get(name) ?? Promise.resolve(true)
  const done = handOver(reading, payload, before)
  if (state.anywhere) {
    if (await done) resolveOffset(last)
    return
  }
  state.inHand.set(name, done)
  resolveOffset(last)
  await before
}

/** Whether it was done. If not, reading goes on from where the partition stands. */
async function handOver(reading: Reading, payload: EachBatchPayload, before: Promise<boolean>): Promise<boolean> {
  const handled = await handleUntilDone(reading, payload, before)
  if (handled === 'done' || handled === 'left') return handled === 'done'
  const place = placeOf(payload.batch)
  reading.state.placed.delete(nameOf(place))
  // Not waited for: it may take as long as the topic is away, and other partitions go on meanwhile.
  const go = () => goTo(reading, [place])
  if (handled === 'misplaced') go()
  else comeBack(payload.pause(), go)
  return false
}

/** Its batches are neither fetched nor unpacked again until then. */
function comeBack(resume: () => void, go: () => void) {
  setTimeout(() => {
    resume()
    go()
  }, stoppedFor).unref()
}

/** `left` also where this member is about to read from elsewhere. The group hears of us meanwhile, however long it takes. */
async function handleUntilDone(
  { subscription: { handle }, state, log }: Reading,
  { batch, heartbeat, isRunning, isStale }: EachBatchPayload,
  before: Promise<boolean>,
): Promise<Handled> {
  const { topic, partition } = batch
  const given = readable(batch)
  const begun = performance.now()
  const beat = setInterval(() => heartbeat().catch(() => {}), heartbeatInterval)
  try {
    for (let attempt = 0; ; attempt++) {
      if (state.stopping || !isRunning() || isStale()) return 'left'
      if (!state.anywhere && !state.placed.has(nameOf(batch))) return 'left'
      try {
        return await handle({ ...given, topicId: state.placed.get(nameOf(batch)) }, before)
      } catch (error) {
        log.warn({ err: error, topic, partition, attempt }, 'a batch could not be stored; retrying')
        // Other partitions wait for this one as long as it is in hand.
        if (performance.now() - begun > longestInHand) return 'stopped'
        await sleep(pauseAfter(attempt))
      }
    }
  } finally {
    clearInterval(beat)
  }
}

/** The messages before one that stands for a batch that cannot be unpacked: see patches/batches.ts. */
function readable(batch: EachBatchPayload['batch']): Omit<Batch, 'topicId'> {
  const at = batch.messages.findIndex(message => 'unreadable' in message)
  const messages = (at < 0 ? batch.messages : batch.messages.slice(0, at)).map(incoming)
  const from = Number((batch as { fetchedOffset?: string }).fetchedOffset ?? batch.messages[0]!.offset)
  if (at < 0) return { ...placeOf(batch), messages, from, through: Number(batch.lastOffset()) + 1 }
  const { unreadable } = batch.messages[at] as unknown as { unreadable: UnreadableBatch }
  return { ...placeOf(batch), messages, from, through: Math.max(from, unreadable.first), unreadable }
}

/** Those of brokers before message format 2 are kafkajs's own. */
function incoming(message: KafkaMessage | FetchedRecord): IncomingMessage {
  if (message instanceof FetchedRecord) return message
  const { offset, timestamp, key, value, headers = {} } = message
  return {
    offset: Number(offset),
    timestamp: Number(timestamp),
    key,
    value,
    headers: headers as IncomingMessage['headers'],
  }
}

export type BatchProcessed = Place & { batchSize: number; firstOffset: string | null; lastOffset: string }

/**
 * kafkajs passes over marks of transactions by itself: without a word of it the partition would seem to stand still. Where it
 * fails, the next batch finds the gap.
 */
export async function passMarks({ subscription, state, log }: Reading, read: BatchProcessed): Promise<void> {
  const name = nameOf(read)
  if (Number(read.batchSize) > 0 || read.firstOffset === null || !state.placed.has(name)) return
  const [from, through] = [Number(read.firstOffset), Number(read.lastOffset) + 1]
  const given = { ...placeOf(read), messages: [], from, through, topicId: state.placed.get(name) }
  const before = state.inHand.get(name) ?? Promise.resolve(true)
  const passed = subscription
    .handle(given, before)
    .then(handled => handled !== 'left')
    .catch(error => {
      log.warn({ err: error }, 'transaction markers could not be skipped; retrying')
      return true
    })
  if (!state.anywhere) state.inHand.set(name, passed)
  await passed
}
