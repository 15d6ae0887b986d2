/** How a reader says what it reads, and what it is given. */
import type { IncomingMessage } from '../contract/envelope.ts'
import type { UnreadableBatch } from './patches/batches.ts'

export type Place = { topic: string; partition: number }
/** `topicId` is the id of the topic that `offset` counts in: see kafka-topics.ts. */
export type Position = Place & { offset: number; topicId?: string | undefined }

/**
 * `from` is the offset that was asked for: what lies between it and the first message is nobody's (compacted, past its
 * retention, the marks of a transaction). `through` is the offset after the last that was read: marks may follow the last
 * message, and there may be none but marks. `unreadable` comes after the messages and cannot be unpacked. `topicId` is what
 * `positions` said last of this partition.
 */
export type Batch = Place & {
  messages: IncomingMessage[]
  from: number
  through: number
  unreadable?: UnreadableBatch
  topicId: string | undefined
}

/**
 * Outcome of a batch: `done`; `misplaced`: this partition is not read from where it stands, and `positions` is asked
 * anew; `stopped`: this partition is left alone for a while, then `positions` is asked anew; or `left`: unread, for the one
 * before it was not done. A handler never throws for a message's own fault: whatever it throws is taken as an outage, and the
 * same batch is given again.
 */
export type Handled = 'done' | 'misplaced' | 'stopped' | 'left'

export type Subscription = {
  groupId: string
  topics: string[]
  /**
   * Where to go on, asked whenever the group has given this member its share; where the group stands unless given. A place
   * that is left out is asked for again after a while, and nothing of it is handled before.
   */
  positions?: (places: Place[]) => Promise<Position[]>
  /**
   * Where positions are told, a batch is given while the one before it, of the same partition, is still in hand: it may be
   * read then, and stored once `before` says that the other was done. Otherwise `before` is always true.
   */
  handle: (batch: Batch, before: Promise<boolean>) => Promise<Handled>
  /** How many partitions' batches are handled at once: two unless given. Later batches wait for all that were fetched. */
  atOnce?: number
}
