import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { alice, bob } from '../../../support/city-department.ts'
import { entryViolations } from '../../../support/entry-schemas.ts'
import { marriage } from '../../../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../../../support/law-room.ts'

const steward = 'civil-affairs/steward'
const ofDataset = `/v1/datasets/${marriage.id}/corrections`
const mine = '/v1/me/corrections'
const wrong = { dataset: marriage.id, field: '/holder/name', text: 'My name is written with another character.' }
let room: LawRoom

beforeAll(async () => {
  room = await openLawRoom()
})
afterAll(() => room?.close())

test('a person says what is wrong, the source answers, and the person reads the answer', async () => {
  const asked = await room.call('POST', mine, alice, wrong)
  expect(asked).toMatchObject({ status: 201, body: { ...wrong, state: 'open' } })

  const { body: seen } = await room.call('GET', ofDataset, steward)
  expect(seen.items).toMatchObject([{ id: asked.body.id, subject: { type: 'person', id: alice } }])

  const reply = { outcome: 'corrected', answer: 'Mended on 2 March.' }
  expect(await room.call('POST', `${ofDataset}/${asked.body.id}/answer`, steward, reply)).toMatchObject({ status: 200 })
  const { body: read } = await room.call('GET', mine, alice)
  expect(read.items).toMatchObject([{ id: asked.body.id, state: 'corrected', answer: reply.answer }])

  const again = await room.call('POST', `${ofDataset}/${asked.body.id}/answer`, steward, reply)
  expect(again).toMatchObject({ status: 409, body: { code: 'STATE_CONFLICT' } })
})

test('every step is an entry about the person, without a word of what was said', async () => {
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
  expect(JSON.stringify(entries)).not.toMatch(/character|Mended/)
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
