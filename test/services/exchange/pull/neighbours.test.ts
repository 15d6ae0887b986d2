/**
 * Holds, on real PostgreSQL: one caller whose pulls fail for a reason of their own must not make the pulls of others run one
 * by one, at once or afterwards. Transactions are counted, not time.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { ulid } from 'ulid'
import type { Failure } from '../../../../services/contract/failure.ts'
import type { Dataset } from '../../../../services/exchange/law/catalogue/dataset.ts'
import type { Parts } from '../../../../services/exchange/parts.ts'
import type { Caller } from '../../../../services/exchange/platform/identity/caller.ts'
import { type Desk, openDesk } from '../../../../services/exchange/pull/open-desk.ts'
import type { PullRequest } from '../../../../services/exchange/pull/pull.ts'
import type { PullAnswer } from '../../../../services/exchange/pull/pull-answer.ts'
import { alice, bob } from '../../../support/city-department.ts'
import { parsedEntries } from '../../../support/packed-log.ts'
import { openPullCity, type PullCity, person, purpose } from '../../../support/pull-city.ts'
import { residentIdBorn } from '../../../support/resident.ts'

let city: PullCity
let permits: Dataset
const crowd = '110101198501010017'
/** A person at whose records PostgreSQL fails. */
const poison = residentIdBorn('19500101')

beforeAll(async () => {
  city = await openPullCity()
  permits = await city.addSource()
  await city.agree(permits.id)
  await city.store(permits.id, { key: 'P-1' }, { key: 'P-2', about: [bob] })
  await city.store(permits.id, { key: 'P-4', about: [poison] })
  // Taken in before there was a bound: a record about 1,400 people.
  await city.store(permits.id, {
    key: 'P-3',
    about: [crowd, ...Array.from({ length: 1_400 }, (_, n) => residentId(n))],
  })
})
afterAll(() => city?.close())

/** A desk of its own, and the sizes of the batches that it ran, a transaction each. */
function openCountedDesk(more: Partial<Parts> = {}): { desk: Desk; batches: number[] } {
  const batches: number[] = []
  const hub = { ...city.hub.exchange.hub, ...more }
  const pullBatch = { observe: (size: number) => batches.push(size) }
  return { batches, desk: openDesk({ ...hub, metrics: { ...hub.metrics, pullBatch } as never }) }
}

const caller = (name: string): Caller => ({
  id: `${city.office}/${name}`,
  kind: 'system',
  department: city.office,
  roles: ['system'],
})
const request = (more: Partial<PullRequest> = {}): PullRequest => ({
  dataset: permits.id,
  subject: person(alice),
  purpose,
  case: '2026-1',
  official: 'u-1',
  ...more,
})
const neighbours = (desk: Desk) => Array.from({ length: 40 }, () => desk.pull(ulid(), caller('desk'), request()))
const outcomeOf = (answer: PullAnswer | Failure) => ('failure' in answer ? answer.failure : answer.results[0]!.decision)

test('a pull too large for its entry leaves its batch, is refused by name, and its caller runs apart from then on', async () => {
  const { desk, batches } = openCountedDesk()
  const large = () => desk.pull(ulid(), caller('curious'), request({ subject: person(crowd) }))
  for (const expected of [
    [41, 40, 1],
    [1, 40, 1],
  ]) {
    batches.length = 0
    const [culprit, ...others] = await Promise.all([large(), ...neighbours(desk)])
    expect(culprit).toMatchObject({ failure: 'LOG_ENTRY_TOO_LARGE', pointer: '/limit', detailZh: expect.any(String) })
    expect(new Set(others.map(outcomeOf))).toEqual(new Set(['permit']))
    expect(batches.toSorted()).toEqual(expected.toSorted())
  }
  const rows = (await entriesWith('LOG_ENTRY_TOO_LARGE')).map(({ decision, code, caller }) => ({
    decision,
    code,
    caller,
  }))
  const logged = { decision: 'fail', code: 'LOG_ENTRY_TOO_LARGE', caller: caller('curious').id }
  expect(rows).toEqual([logged, logged])
})

test('where PostgreSQL refuses a pull and names nobody, its batch is halved, and is whole the next time', async () => {
  await asOwner(`create function refuse_poison(subject text) returns boolean language plpgsql as $$
    begin if subject = '${poison}' then raise 'poison'; end if; return true; end $$`)
  await asOwner('create policy refuse_poison on record_subject using (refuse_poison(subject_id))')
  await asOwner('alter table record_subject enable row level security')
  const { desk, batches } = openCountedDesk()
  const poisoned = () => desk.pull(ulid(), caller('unlucky'), request({ subject: person(poison) }))
  const [first, ...others] = await Promise.allSettled([poisoned(), ...neighbours(desk)])
  expect(first!.status).toBe('rejected')
  expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['fulfilled']))
  // 41 and its halves, 6 levels of them; then the entry that it failed.
  expect(batches.length).toBeLessThanOrEqual(1 + 2 * 6 + 1)
  batches.length = 0
  await Promise.allSettled([poisoned(), ...neighbours(desk)])
  expect(batches).toContain(40)
  expect(batches.filter(size => size > 1)).toEqual([40])
  await asOwner('alter table record_subject disable row level security')
})

test('whom a change of the catalogue overtakes is checked again, and runs with the others afterwards', async () => {
  const moved = caller('moved').id
  const { catalogue } = city.hub.exchange.hub
  let looks = 0
  // As it is at the check, taken back at the decision, and given back again.
  const system: typeof catalogue.system = id => {
    const known = catalogue.system(id)
    if (id !== moved) return known
    looks += 1
    return { active: true, rights: looks === 2 ? [] : ['pull'] } as unknown as typeof known
  }
  const { desk, batches } = openCountedDesk({ catalogue: { ...catalogue, system } })
  const overtaken = () => desk.pull(ulid(), caller('moved'), request())
  expect(outcomeOf((await Promise.all([overtaken(), ...neighbours(desk)]))[0]!)).toBe('permit')
  expect(looks).toBe(4)
  batches.length = 0
  await Promise.all([overtaken(), ...neighbours(desk)])
  expect(batches).toEqual([41])
})

test('pulls that are refused at the door are logged together, in one batch with the pulls of others', async () => {
  const { desk, batches } = openCountedDesk()
  const refused = Array.from({ length: 20 }, () => desk.pull(ulid(), caller('curious'), request({ cursor: nul })))
  const answers = await Promise.all([...neighbours(desk), ...refused])
  expect(answers.slice(40).map(outcomeOf)).toEqual(Array.from({ length: 20 }, () => 'CURSOR_INVALID'))
  expect(batches).toHaveLength(2)
  expect(await entriesWith('CURSOR_INVALID')).toHaveLength(20)
})

const entriesWith = async (code: string) =>
  (await parsedEntries<{ decision: string; code?: string; caller: string }>(city.hub.database.pool)).filter(
    entry => entry.code === code,
  )

/** `"P-1\u0000"`, as a cursor was written when it held the bare key. */
const nul = Buffer.from('"P-1\\u0000"').toString('base64url')

test('one record with as many subjects as a record may have fits the entry of a pull', async () => {
  const many = '110101198501010025'
  const about = [many, ...Array.from({ length: 499 }, (_, n) => residentId(2_000 + n))]
  await city.store(permits.id, { key: 'K'.repeat(200), about })
  const { status, body } = await city.pull({ dataset: permits.id, subject: person(many), limit: 1 })
  expect([status, body.results[0].records.length]).toEqual([200, 1])
})

/** Another person for each number. */
const residentId = (n: number) =>
  residentIdBorn(`19${70 + (n % 20)}0${1 + (n % 9)}11`, String(1 + (n % 999)).padStart(3, '0'))

async function asOwner(text: string) {
  const client = new pg.Client(city.hub.database.ownerUrl)
  await client.connect()
  await client.query(text)
  await client.end()
}
