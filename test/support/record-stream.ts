/** A long stream of records as departments send them on bad days, and whether the registry holds exactly what it says. */
import { isDeepStrictEqual } from 'node:util'
import { expect } from '@jest/globals'
import type { OutgoingMessage } from '../../services/contract/envelope.ts'
import type { Publisher } from '../../services/kafka/kafka.ts'
import { type Random, randomFrom } from '../../services/local/city/random.ts'
import { alice, bob, type PermitEvent, permitMessage } from './city-department.ts'
import { eventually } from './eventually.ts'
import type { TestHub } from './exchange.ts'

type Event = Required<Pick<PermitEvent, 'number' | 'sequence' | 'change' | 'data'>>

/** Some two and a half versions of each key, every fourth event sent again, all in any order. The same for the same seed. */
export function recordStream(department: string, { messages: wanted, seed }: { messages: number; seed: number }) {
  const random = randomFrom(seed)
  const events: Event[] = []
  for (let number = 1; events.length < wanted * 0.8; number++) {
    const versions = random.between(1, 4)
    for (let sequence = 1; sequence <= versions; sequence++) events.push(eventOf(`P-${number}`, sequence, random))
  }
  const again = Array.from({ length: wanted - events.length }, () => random.pick(events))
  const sent = shuffle([...events, ...again], random)
  return { events, messages: sent.map(event => permitMessage(department, event)) }
}

function eventOf(number: string, sequence: number, random: Random): Event {
  const shared = random.chance(0.3)
  return {
    number,
    sequence,
    change: random.pick(['issued', 'changed', 'suspended', 'revoked'] as const),
    data: { income: random.between(0, 1_000_000), ...(shared && { partner: { id: bob } }) },
  }
}

function shuffle<T>(list: T[], random: Random): T[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = random.between(0, last)
    ;[list[last], list[other]] = [list[other]!, list[last]!]
  }
  return list
}

/** Publishes in portions; resolves when every message is acknowledged. */
export async function publishAll(publisher: Publisher, topic: string, messages: OutgoingMessage[], portion = 500) {
  for (let start = 0; start < messages.length; start += portion) {
    await publisher.publish(topic, messages.slice(start, start + portion))
  }
}

/** How many messages of the topic have been taken in, by whichever process. */
export async function takenIn(hub: TestHub, topic: string): Promise<number> {
  return [...(await standing(hub, topic)).values()].reduce((sum, next) => sum + next, 0)
}

/** Resolves when every message on the topic has been taken in, by whichever process. */
export async function whenTakenIn(hub: TestHub, topic: string, timeout = 60_000): Promise<void> {
  const admin = await hub.kafka.admin()
  try {
    await eventually(async () => isDeepStrictEqual(await standing(hub, topic), await admin.ends(topic)), { timeout })
  } finally {
    await admin.close()
  }
}

async function standing(hub: TestHub, topic: string): Promise<Map<number, number>> {
  const { rows } = await hub.database.pool.query<{ partition: number; next: number }>(
    'select partition, next_offset as next from ingest_offset where topic = $1 order by partition',
    [topic],
  )
  return new Map(rows.map(({ partition, next }) => [partition, next]))
}

/**
 * Promises 1 and 2: each version once, the newest of each key in the registry and the others in its history, the subjects
 * those of the newest, nothing rejected, and nothing that was never sent.
 */
export async function expectRegistryHolds(hub: TestHub, dataset: string, events: readonly Event[]): Promise<void> {
  const newest = new Map<string, Event>()
  for (const event of events) {
    if (event.sequence > (newest.get(event.number)?.sequence ?? 0)) newest.set(event.number, event)
  }
  const older = events.filter(event => newest.get(event.number) !== event)
  const found = async (text: string) =>
    (await hub.database.pool.query<{ line: string }>(text, [dataset])).rows.map(({ line }) => line)
  const version = `key || ' ' || sequence || ' ' || status || ' ' || (body ->> 'income')`
  const registry = await found(`select ${version} as line from record where dataset = $1`)
  const history = await found(`select ${version} as line from record_history where dataset = $1`)
  const subjects = await found(`select key || ' ' || subject_id as line from record_subject where dataset = $1`)
  expectSame('registry', registry, [...newest.values()].map(lineOf))
  expectSame('history', history, older.map(lineOf))
  expectSame('subjects', subjects, [...newest.values()].flatMap(subjectLinesOf))
  expect(await found('select code as line from rejection where dataset = $1')).toEqual([])
}

const statusAfter = { issued: 'valid', changed: 'valid', suspended: 'suspended', revoked: 'revoked' }
const lineOf = ({ number, sequence, change, data }: Event) =>
  `${number} ${sequence} ${statusAfter[change as keyof typeof statusAfter]} ${data.income}`
const subjectLinesOf = ({ number, data }: Event) =>
  [alice, ...(data.partner ? [bob] : [])].map(subject => `${number} ${subject}`)

/** Fails with what is missing and what is too much, each line counted, instead of with two long lists. */
function expectSame(where: string, found: string[], expected: string[]) {
  const surplus = new Map<string, number>()
  const count = (line: string, by: number) => surplus.set(line, (surplus.get(line) ?? 0) + by)
  for (const line of found) count(line, 1)
  for (const line of expected) count(line, -1)
  const lines = (sign: number) => [...surplus].filter(([, n]) => n * sign > 0).map(([line]) => line)
  const difference = { where, count: found.length, missing: lines(-1).slice(0, 5), unexpected: lines(1).slice(0, 5) }
  expect(difference).toEqual({ where, count: expected.length, missing: [], unexpected: [] })
}
