/** Holds, on real PostgreSQL: batches of pulls that follow one another on one connection decide by what stands when they come to it. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type pg from 'pg'
import type { Failure } from '../../../../services/contract/failure.ts'
import { lockHead } from '../../../../services/exchange/log/append/log-store.ts'
import type { Caller } from '../../../../services/exchange/platform/identity/caller.ts'
import { newId } from '../../../../services/exchange/platform/new-id.ts'
import { type Desk, openDesk } from '../../../../services/exchange/pull/open-desk.ts'
import type { PullAnswer } from '../../../../services/exchange/pull/pull-answer.ts'
import { alice } from '../../../support/city-department.ts'
import { eventually } from '../../../support/eventually.ts'
import { refusedDraft } from '../../../support/log-drafts.ts'
import { openPullCity, type PullCity, person, purpose, takeConsent } from '../../../support/pull-city.ts'

let city: PullCity
let duty: string
let consented: string
/** Sizes of the batches that the desk has begun. */
let begun: number[]
let desk: Desk

beforeAll(async () => {
  city = await openPullCity()
  const [first, second] = [await city.addSource(), await city.addSource()]
  duty = first.id
  consented = second.id
  await city.agree(duty)
  await city.agree(consented, { basis: { type: 'consent' } })
  await city.store(duty, { key: 'P-1' })
  await city.store(consented, { key: 'P-2' })
})
beforeEach(() => {
  begun = []
  const { hub } = city.hub.exchange
  const pullBatch = { observe: (size: number) => begun.push(size) }
  desk = openDesk({ ...hub, metrics: { ...hub.metrics, pullBatch } as never })
})
afterAll(() => city?.close())

const caller = (): Caller => ({ id: city.desk, kind: 'system', department: city.office, roles: ['system'] })
const pull = (dataset: string) =>
  desk.pull(newId(new Date()), caller(), { dataset, subject: person(alice), purpose, case: '2026-1', official: 'u-1' })
const outcomeOf = (answer: PullAnswer | Failure) => {
  if ('failure' in answer) return answer.failure
  const [result] = answer.results
  return result!.decision === 'refuse' ? result!.code : result!.decision
}

const sql = (text: string, values: unknown[] = []) => city.hub.database.pool.query(text, values)
const withdraw = (database: Pick<pg.ClientBase, 'query'>, consent: string) =>
  database.query("update consent set state = 'withdrawn' where id = $1", [consent])
const someoneWaits = () =>
  eventually(async () => {
    const text = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    return (await sql(text)).rowCount! > 0
  })

/** Holds what the statement locks until it is let go. */
async function hold(text: string, values: unknown[] = []): Promise<() => Promise<void>> {
  const holder = await city.hub.database.pool.connect()
  await holder.query('begin')
  await holder.query(text, values)
  return async () => {
    await holder.query('commit')
    holder.release()
  }
}

test('a consent withdrawn while a batch waits behind another is refused by that batch', async () => {
  const consent = await takeConsent(city, [consented])
  expect(outcomeOf(await pull(consented))).toBe('permit')
  const letGo = await hold('select from access_log_head for update')
  const first = pull(duty)
  await someoneWaits()
  const second = pull(consented)
  await eventually(() => begun.length === 3)
  await withdraw(city.hub.database.pool, consent)
  await letGo()
  expect(outcomeOf(await first)).toBe('permit')
  expect(outcomeOf(await second)).toBe('CONSENT_WITHDRAWN')
})

test('a batch that was decided before a withdrawal and comes to the log after it is decided anew', async () => {
  const consent = await takeConsent(city, [consented])
  expect(outcomeOf(await pull(consented))).toBe('permit')
  let pulled: Promise<PullAnswer | Failure> | undefined
  const { appended } = await city.hub.exchange.hub.accessLog.commitWith(async (tx, record) => {
    await lockHead(tx)
    pulled = pull(consented)
    await someoneWaits()
    await withdraw(tx, consent)
    record(refusedDraft())
  })
  const answer = (await pulled) as PullAnswer
  expect(outcomeOf(answer)).toBe('CONSENT_WITHDRAWN')
  expect(answer.log.index).toBe(appended[0]!.index + 1)
})

test('a pull that waits for its consent holds no others', async () => {
  const consent = await takeConsent(city, [consented], { uses: 5 })
  const letGo = await hold('select from consent where id = $1 for update', [consent])
  const slow = pull(consented)
  await someoneWaits()
  for (let n = 0; n < 20; n += 1) expect(outcomeOf(await pull(duty))).toBe('permit')
  await letGo()
  expect(outcomeOf(await slow)).toBe('permit')
  await withdraw(city.hub.database.pool, consent)
})

test('a batch whose entries cannot be written is not answered, and the one that was sent along with its end is', async () => {
  const owner = async (text: string) => {
    const { default: pg } = await import('pg')
    const client = new pg.Client(city.hub.database.ownerUrl)
    await client.connect()
    await client.query(text)
    await client.end()
  }
  await owner(`alter table access_log_batch add constraint no_poison check (position('poison'::bytea in entries) = 0)`)
  const letGo = await hold('select from access_log_head for update')
  const poisoned = desk.pull(newId(new Date()), caller(), {
    dataset: duty,
    subject: person(alice),
    purpose,
    case: 'poison',
    official: 'u-1',
  })
  const failed = expect(poisoned).rejects.toThrow('no_poison')
  await someoneWaits()
  const second = pull(duty)
  await eventually(() => begun.length === 2)
  await letGo()
  expect(outcomeOf(await second)).toBe('permit')
  await failed
  await owner('alter table access_log_batch drop constraint no_poison')
})

test('an agreement that is changed by plain SQL decides the next pull, and moves the version of what decides', async () => {
  const version = async () => (await sql('select agreements from decision_version')).rows[0].agreements
  const before = await version()
  await sql("update agreement set state = 'suspended' where dataset = $1", [duty])
  expect(await version()).toBe(before + 1)
  expect(outcomeOf(await pull(duty))).not.toBe('permit')
  await sql("update agreement set state = 'active' where dataset = $1", [duty])
  expect(outcomeOf(await pull(duty))).toBe('permit')
})
