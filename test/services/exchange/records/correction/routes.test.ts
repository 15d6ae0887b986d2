/**
 * Holds: "corrected" must not be the source's word alone: a correction names record, version and field, its answer the version
 * that mends it, and the hub compares the two.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { RecordStatus } from '../../../../../services/contract/envelope.ts'
import { storeVersions } from '../../../../../services/exchange/records/registry/record-store.ts'
import { inTransaction } from '../../../../../services/postgres/transaction.ts'
import { alice, bob } from '../../../../support/city-department.ts'
import { entryViolations } from '../../../../support/entry-schemas.ts'
import { marriage } from '../../../../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../../../../support/law-room.ts'

const steward = 'civil-affairs/steward'
const ofDataset = `/v1/datasets/${marriage.id}/corrections`
const mine = '/v1/me/corrections'
const text = 'My name is written with another character.'
const wrong = { dataset: marriage.id, key: 'P-1', version: 1, field: '/holder/name', text }
const right = { outcome: 'corrected', mendedBy: 2, answer: 'Mended on 2 March.' }
let room: LawRoom

/** A version of a record about Alice reaches the registry. */
async function taken(key: string, sequence: number, name: string, status: RecordStatus = 'valid', income = 100) {
  const version = {
    dataset: marriage.id,
    key,
    sequence,
    status,
    schemaVersion: 1,
    validFrom: undefined,
    validUntil: undefined,
    eventId: `${key} ${sequence}`,
    system: 'civil-affairs/registry',
    eventTime: '2026-03-01T00:00:00Z',
    body: JSON.stringify({ number: key, holder: { id: alice, name }, income }),
    subjects: [{ type: 'person' as const, id: alice }],
  }
  await inTransaction(room.hub.pool, tx => storeVersions(tx, marriage.id, [version]))
}

/** Asks as Alice, and answers as the steward. */
async function askedAndAnswered(contested: object, reply: object) {
  const asked = await room.call('POST', mine, alice, { ...wrong, ...contested })
  return room.call('POST', `${ofDataset}/${asked.body.id}/answer`, steward, reply)
}

beforeAll(async () => {
  room = await openLawRoom()
  await taken('P-1', 1, '林小燕')
  await taken('P-1', 2, '林晓燕')
})
afterAll(() => room?.close())

test('a person says what is wrong, the source answers, and the person reads the answer', async () => {
  const asked = await room.call('POST', mine, alice, wrong)
  expect(asked).toMatchObject({ status: 201, body: { ...wrong, state: 'open' } })

  const { body: seen } = await room.call('GET', ofDataset, steward)
  expect(seen.items).toMatchObject([{ ...wrong, newestVersion: 2, subject: { type: 'person', id: alice } }])

  expect(await room.call('POST', `${ofDataset}/${asked.body.id}/answer`, steward, right)).toMatchObject({ status: 200 })
  const { body: read } = await room.call('GET', mine, alice)
  expect(read.items).toMatchObject([{ ...wrong, state: 'corrected', mendedBy: 2, answer: right.answer }])
  expect(read.items[0]).not.toHaveProperty('newestVersion')

  const again = await room.call('POST', `${ofDataset}/${asked.body.id}/answer`, steward, right)
  expect(again).toMatchObject({ status: 409, body: { code: 'STATE_CONFLICT' } })
})

test('every step is an entry about the person, with record and versions, without a word of what was said', async () => {
  const entries = await room.entries('correction')
  expect(entries.map(({ content, decision }) => `${content.step} ${decision}`)).toEqual([
    'answer refuse',
    'list permit',
    'answer permit',
    'list permit',
    'ask permit',
  ])
  expect(entries.flatMap(entryViolations)).toEqual([])
  expect(entries.every(({ about }) => about.length === 1 && about[0].id === alice)).toBe(true)
  expect(entries[2].content).toMatchObject({ key: 'P-1', version: 1, mendedBy: 2, state: 'corrected' })
  expect(entries[4].content).toMatchObject({ key: 'P-1', version: 1 })
  expect(JSON.stringify(entries)).not.toMatch(/character|Mended|林/)
})

test.each([
  ['no version', {}, { outcome: 'corrected', answer: 'Done.' }, 'CORRECTION_UNMENDED', '/mendedBy'],
  ['a version that there is not', {}, { ...right, mendedBy: 9 }, 'CORRECTION_UNMENDED', '/mendedBy'],
  ['a version of another record', { key: 'P-other' }, right, 'CORRECTION_UNMENDED', '/outcome'],
  ['the contested version itself', { version: 2 }, right, 'CORRECTION_UNMENDED', '/mendedBy'],
  ['an older version', { version: 2 }, { ...right, mendedBy: 1 }, 'CORRECTION_UNMENDED', '/mendedBy'],
  ['a version with the same in that field', { field: '/income' }, right, 'CORRECTION_UNMENDED', '/mendedBy'],
  ['a version, though it is declined', {}, { ...right, outcome: 'declined' }, 'BODY_INVALID', '/mendedBy'],
])('an answer that names %s is refused at its place, in both languages', async (_, contested, reply, code, pointer) => {
  const answer = await askedAndAnswered(contested, reply)
  expect(answer.body).toMatchObject({ code, pointer, detailZh: expect.stringMatching(/\p{Script=Han}/u) })
  const { body } = await room.call('GET', mine, alice)
  expect(body.items[0]).toMatchObject({ state: 'open' })
  const [entry] = await room
    .entries('correction')
    .then(entries => entries.filter(({ decision }) => decision === 'refuse'))
  expect(entry).toMatchObject({ code, content: { step: 'answer', version: expect.any(Number) } })
  expect(entryViolations(entry)).toEqual([])
})

test('a record as a whole is mended by another status too, and a revoked one no longer says what was wrong', async () => {
  await taken('P-2', 1, '林小燕')
  await taken('P-2', 2, '林小燕', 'suspended')
  await taken('P-2', 3, '林小燕', 'revoked')
  const second = { ...right, mendedBy: 2 }
  expect(await askedAndAnswered({ key: 'P-2' }, second)).toMatchObject({ status: 422 })
  expect(await askedAndAnswered({ key: 'P-2', field: '' }, second)).toMatchObject({ status: 200 })
  expect(await askedAndAnswered({ key: 'P-2' }, { ...right, mendedBy: 3 })).toMatchObject({ status: 200 })
})

test('one that was asked before corrections named their record is read and answered as before', async () => {
  await room.hub.pool.query(
    `insert into correction (id, subject_type, subject_id, dataset, text, state, asked_at)
     values ('old', 'person', $1, $2, 'It is wrong.', 'open', now())`,
    [alice, marriage.id],
  )
  const { body } = await room.call('GET', ofDataset, steward)
  expect(body.items.find(({ id }: { id: string }) => id === 'old')).not.toHaveProperty('key')
  const answer = (reply: object) => room.call('POST', `${ofDataset}/old/answer`, steward, reply)
  expect((await answer(right)).body).toMatchObject({ code: 'BODY_INVALID', pointer: '/mendedBy' })
  expect(await answer({ outcome: 'corrected', answer: 'Mended.' })).toMatchObject({ status: 200 })
})

test('nobody but the person and the source department sees it', async () => {
  const asked = await room.call('POST', mine, alice, wrong)
  expect((await room.call('GET', mine, bob)).body.items).toEqual([])
  expect(await room.call('GET', ofDataset, 'taxation/steward')).toMatchObject({ status: 404 })
  const reply = { outcome: 'declined', answer: 'No.' }
  const foreign = await room.call('POST', `${ofDataset}/${asked.body.id}/answer`, 'taxation/steward', reply)
  expect(foreign).toMatchObject({ status: 404 })
  expect(await room.call('GET', mine, 'civil-affairs/registry')).toMatchObject({ status: 403 })
})

test.each([
  ['a dataset that there is not', { ...wrong, dataset: 'civil-affairs.nothing' }, 'DATASET_UNKNOWN', '/dataset'],
  ['no record', { ...wrong, key: undefined }, 'BODY_INVALID', '/key'],
  ['no version', { ...wrong, version: undefined }, 'BODY_INVALID', '/version'],
  ['a version past what PostgreSQL counts', { ...wrong, version: 1e30 }, 'BODY_INVALID', '/version'],
  ['no field', { ...wrong, field: undefined }, 'BODY_INVALID', '/field'],
  ['a field that the dataset has not', { ...wrong, field: '/nothing' }, 'FIELD_UNKNOWN', '/field'],
])('%s is refused with its place', async (_, body, code, pointer) => {
  expect((await room.call('POST', mine, alice, body)).body).toMatchObject({ code, pointer })
})

test('an organisation cannot correct what holds persons only', async () => {
  const answer = await room.call('POST', mine, '91310000MA1FL0000X', wrong)
  expect(answer.body).toMatchObject({ code: 'SUBJECT_TYPE_MISMATCH', pointer: '/dataset' })
})

test('whoever has fifty open ones waits for answers first', async () => {
  for (let n = 0; n < 50; n += 1) {
    expect(await room.call('POST', mine, bob, wrong)).toMatchObject({ status: 201 })
  }
  expect((await room.call('POST', mine, bob, wrong)).body).toMatchObject({ code: 'TOO_MANY_REQUESTS' })
})
