/** Records that come one by one, from a program or the intake: validated, published, each with its own outcome. */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import type { OutgoingMessage, RecordChange } from '../contract/envelope.ts'
import { type Failure, failure, isFailure, type Violation } from '../contract/failure.ts'
import { unkeptAt } from '../contract/plain-json.ts'
import { isDeeperThan, mostLevels } from '../contract/record-depth.ts'
import { createClockSequence } from './clock-sequence.ts'
import type { EventFacts, EventReader } from './event.ts'
import { keyOf, messageOf, type Publication, unkeptViolation, violationsOf } from './message.ts'
import type { Tally } from './metrics.ts'
import type { Outbox } from './publish.ts'
import { type PublishedVersions, sequenceUsed } from './published-versions.ts'
import type { Noted } from './version-table.ts'

/** The sender's word on a record beyond its content; members left out follow from the config's `event`. */
export type RecordEventHint = {
  /** The event: `issued`, `changed`, `revoked`, …; the record's status follows from it. */
  change?: RecordChange
  /** The sender's version of the record, a whole number from 0 to 2^53 - 1; the highest wins. Times count in milliseconds since 1970. */
  sequence?: number
  /** When it happened, as RFC 3339 writes it: `2026-03-05T09:30:00+08:00`. At most a day ahead of the clock. */
  time?: string
}

/** Kafka has the record: its key, the sequence it was given, and the id of the event (`ce_id`), by which the hub knows it again. */
export type Published = { key: string; sequence: number; id: string }

/** Stands in a list for a record that was refused before it became a value. */
export class RefusedRecord {
  readonly failure: Failure
  constructor(failure: Failure) {
    this.failure = failure
  }
}

export type RecordPublisher = {
  /**
   * `record` is a JSON object in the form of the dataset's schema. Resolves when all of Kafka's replicas have it. Failures:
   * RECORD_NOT_JSON, RECORD_INVALID (with `violations`: places and rules, never values), and those of the whole: UNAVAILABLE,
   * NOT_ALLOWED, TOO_MANY_REQUESTS, after which the same call may be made again.
   */
  publish: (record: Json, hint?: RecordEventHint) => Promise<Published | Failure>
  /** One outcome per record, in their order: the good ones are published whatever the others are. */
  publishAll: (records: readonly (Json | RefusedRecord)[], hint?: RecordEventHint) => Promise<(Published | Failure)[]>
}

type RecordWork = {
  /** The schema may change between two calls. */
  publication: () => Promise<Publication | Failure>
  events: EventReader
  outbox: Outbox
  versions: PublishedVersions
  now: () => Date
  tally: Tally
}

export function createRecordPublisher({
  publication,
  events,
  outbox,
  versions,
  now,
  tally,
}: RecordWork): RecordPublisher {
  const clockSequence = createClockSequence(now)
  const readEvent = events.forHeader([])
  const byClock = new WeakSet<OutgoingMessage>()
  const messageFor = (
    current: Publication,
    record: Json | RefusedRecord,
    hint: RecordEventHint | undefined,
  ): OutgoingMessage | Failure => {
    if (record instanceof RefusedRecord) return record.failure
    if (typeof record !== 'object' || record === null || Array.isArray(record)) {
      return failure('RECORD_NOT_JSON', { detail: 'A record is one JSON object.' })
    }
    if (current.schema.validate(record)) return failure('RECORD_INVALID', { violations: violationsOf(current, record) })
    const sequence = fallbackSequence(current, record)
    const moment = now()
    const defaults = { sequence, time: moment.toISOString(), now: moment.getTime() }
    const facts = readEvent([], record, defaults, hint)
    const message = Array.isArray(facts) ? facts : messageOfValue(current, record, facts)
    if (Array.isArray(message)) return failure('RECORD_INVALID', { violations: message })
    if (!Array.isArray(facts) && facts.sequence === sequence) byClock.add(message)
    return message
  }
  const fallbackSequence = (current: Publication, record: JsonObject) => clockSequence(keyOf(current, record) ?? '')

  /** A record whose sequence is the clock is always new. */
  const noteAll = (outcomes: (OutgoingMessage | Failure)[]) => {
    const noted: Noted[] = []
    const checked = outcomes.map(outcome => {
      if (isFailure(outcome) || byClock.has(outcome)) return outcome
      const one = versions.note(outcome)
      if (one === 'other') return failure('RECORD_INVALID', { violations: [sequenceUsed] })
      noted.push(one)
      return outcome
    })
    return { checked, noted }
  }

  const publishAll = async (records: readonly (Json | RefusedRecord)[], hint?: RecordEventHint) => {
    const current = await publication()
    if (isFailure(current)) return records.map(() => current)
    const { checked: outcomes, noted } = noteAll(records.map(record => messageFor(current, record, hint)))
    const messages = outcomes.flatMap(outcome => (isFailure(outcome) ? [] : [outcome]))
    const sent = await outbox.publish(messages)
    tally('refused', outcomes.length - messages.length)
    if (isFailure(sent)) versions.retract(noted)
    else {
      tally('published', messages.length)
      versions.keep(noted)
      await versions.flush().catch(() => {})
    }
    return outcomes.map(outcome => (isFailure(outcome) ? outcome : isFailure(sent) ? sent : publishedOf(outcome)))
  }
  return {
    publishAll,
    publish: async (record, hint) => (await publishAll([record], hint))[0]!,
  }
}

/** A program's value may hold what JSON cannot write; messageOf refuses one that is too deep. */
function messageOfValue(
  publication: Publication,
  record: JsonObject,
  facts: EventFacts,
): OutgoingMessage | Violation[] {
  const unkept = isDeeperThan(record, mostLevels) ? undefined : unkeptAt(record, mostLevels)
  return unkept ? [unkeptViolation(unkept)] : messageOf(publication, record, facts)
}

const publishedOf = ({ key, headers }: OutgoingMessage): Published => ({
  key,
  sequence: Number(headers.ce_sequence),
  id: headers.ce_id!,
})
