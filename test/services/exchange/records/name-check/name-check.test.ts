/** Holds: a record whose holder is called otherwise in the register of names was told to nobody. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { RecordStatus } from '../../../../../services/contract/envelope.ts'
import { storeDataset } from '../../../../../services/exchange/law/catalogue/catalogue-store.ts'
import type { Dataset } from '../../../../../services/exchange/law/catalogue/dataset.ts'
import { createServer } from '../../../../../services/exchange/platform/http/server.ts'
import { checkNames, startNameCheck } from '../../../../../services/exchange/records/name-check/check-names.ts'
import { nameCheckRoutes } from '../../../../../services/exchange/records/name-check/routes.ts'
import { storeVersions } from '../../../../../services/exchange/records/registry/record-store.ts'
import { inTransaction } from '../../../../../services/postgres/transaction.ts'
import { alice, bob, datasetOf } from '../../../../support/city-department.ts'
import { callerOf, marriage } from '../../../../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../../../../support/law-room.ts'
import { noProof } from '../../../../support/no-proof.ts'

const named = (department: string): Dataset => ({
  ...datasetOf(department),
  id: `${department}.named`,
  subjects: [
    { type: 'person', id: '/holder/id', role: 'holder', name: '/holder/name' },
    { type: 'person', id: '/partner/id', role: 'partner' },
  ],
})
const [register, first, second] = [named('natural-resources'), named('civil-affairs'), named('taxation')] as const
const datasets = [register, first, second]
const lists: Record<string, string> = { [first.id]: 'civil-affairs/steward', [second.id]: 'taxation/steward' }
let room: LawRoom

beforeAll(async () => {
  room = await openLawRoom()
  await inTransaction(room.hub.pool, async tx => {
    for (const dataset of datasets) await storeDataset(tx, dataset)
  })
  await room.hub.catalogue.refresh()
})
afterAll(() => room?.close())

beforeEach(async () => {
  for (const table of ['record', 'record_subject', 'record_history', 'name_difference'])
    await room.hub.pool.query(`delete from ${table}`)
  await room.hub.pool.query(`update name_check_position set dataset = '', key = ''`)
  await taken(register, 'R-1', 1, alice, '林晓燕')
  await taken(register, 'R-2', 1, bob, '阿依夏木·买买提')
})

async function taken(
  dataset: Dataset,
  key: string,
  sequence: number,
  id: string,
  name: string,
  status: RecordStatus = 'valid',
) {
  const version = {
    dataset: dataset.id,
    key,
    sequence,
    status,
    schemaVersion: 1,
    validFrom: undefined,
    validUntil: undefined,
    eventId: `${key} ${sequence}`,
    system: `${dataset.department}/registry`,
    eventTime: '2026-03-01T00:00:00Z',
    body: JSON.stringify({ number: key, holder: { id, name } }),
    subjects: [{ type: 'person' as const, id }],
  }
  await inTransaction(room.hub.pool, tx => storeVersions(tx, dataset.id, [version]))
}

const compare = (records = 50, batches = 200) => checkNames(room.hub, register.id, { records, batches })
async function told(dataset: Dataset, who = lists[dataset.id]!): Promise<string[]> {
  const { body } = await room.call('GET', `/v1/datasets/${dataset.id}/name-differences`, who)
  return body.items.map(({ key, field, version }: Record<string, unknown>) => `${key} ${field} ${version}`)
}

test('the steward of the source is told key, field and day, and nothing of either name', async () => {
  await taken(first, 'P-1', 1, alice, '林小燕')
  await taken(first, 'P-2', 1, bob, '阿依夏木•买买提')
  await taken(second, 'Q-1', 4, bob, '阿依夏木')
  await compare()
  expect(await told(first)).toEqual(['P-1 /holder/name 1'])
  expect(await told(second)).toEqual(['Q-1 /holder/name 4'])
  const { body, text } = await room.call('GET', `/v1/datasets/${first.id}/name-differences`, lists[first.id]!)
  expect(Object.keys(body.items[0]).sort()).toEqual(['field', 'foundAt', 'key', 'version'])
  const { rows } = await room.hub.pool.query('select d::text as row from name_difference d')
  expect(text + JSON.stringify(rows)).not.toMatch(/林|阿依|\d{17}/)
  for (const stranger of [lists[second.id]!, 'natural-resources/steward'])
    expect(await room.call('GET', `/v1/datasets/${first.id}/name-differences`, stranger)).toMatchObject({ status: 404 })
})

test('one is told no more once a newer version is there, and is gone once that one agrees', async () => {
  await taken(first, 'P-1', 1, alice, '林小燕')
  await compare()
  await taken(first, 'P-1', 2, alice, '林晓雁')
  expect(await told(first)).toEqual([])
  await compare()
  expect(await told(first)).toEqual(['P-1 /holder/name 2'])
  await taken(first, 'P-1', 3, alice, '林晓燕')
  await compare()
  expect(await told(first)).toEqual([])
  expect((await room.hub.pool.query('select from name_difference')).rowCount).toBe(0)
})

test('it is gone as well once the register agrees, once the record is revoked, and once nothing compares its dataset', async () => {
  await taken(first, 'P-1', 1, alice, '林小燕')
  await taken(first, 'P-2', 1, bob, '别名')
  await taken(second, 'Q-1', 1, bob, '别名')
  await compare()
  await taken(register, 'R-1', 2, alice, '林小燕')
  await taken(first, 'P-2', 2, bob, '别名', 'revoked')
  await room.hub.pool.query(
    `insert into name_difference (dataset, key, field, version) values ('civil-affairs.permit', 'X', '/x', 1)`,
  )
  await compare()
  const { rows } = await room.hub.pool.query('select key from name_difference')
  expect(rows).toEqual([{ key: 'Q-1' }])
})

test('whom the register holds nothing in force about, nobody is told of', async () => {
  await taken(register, 'R-2', 2, bob, '阿依夏木', 'cancelled')
  await taken(first, 'P-1', 1, bob, '别名')
  await compare()
  expect(await told(first)).toEqual([])
})

test('a round takes so many records and no more; the next goes on where it ended, whatever process runs it', async () => {
  for (let n = 1; n <= 7; n += 1) await taken(first, `P-${n}`, 1, alice, '林小燕')
  await taken(second, 'Q-1', 1, alice, '林小燕')
  await compare(2, 2)
  expect(await told(first)).toHaveLength(4)
  await Promise.all([compare(2, 1), compare(2, 1)])
  expect((await told(first)).length).toBeGreaterThanOrEqual(6)
  await compare(2, 10)
  expect([(await told(first)).length, (await told(second)).length]).toEqual([7, 1])
  expect((await room.hub.pool.query('select dataset, key from name_check_position')).rows).toEqual([
    { dataset: '', key: '' },
  ])
})

test('a record that is being stored waits for no comparison, nor the comparison for it', async () => {
  await taken(first, 'P-1', 1, alice, '林小燕')
  await inTransaction(room.hub.pool, async tx => {
    await tx.query(`select from record where key = 'P-1' for update`)
    await compare()
  })
  expect(await told(first)).toEqual(['P-1 /holder/name 1'])
})

test('where no register is set nothing is compared, and what was found while one was is told to nobody', async () => {
  await taken(first, 'P-1', 1, alice, '林小燕')
  await startNameCheck(room.hub, '').stop()
  expect((await room.hub.pool.query('select from name_difference')).rowCount).toBe(0)
  await startNameCheck(room.hub, register.id).stop()
  expect(await told(first)).toEqual(['P-1 /holder/name 1'])

  const { log, newId, now } = room.hub
  const verify = () => callerOf(lists[first.id]!)
  const findSystem = () => undefined
  const app = await createServer({ log, newId, now, requestsPerMinute: 1_000, findSystem, checkProof: noProof, verify })
  await app.register(nameCheckRoutes(room.hub, false))
  const headers = { authorization: 'Bearer any' }
  const answer = await app.inject({ url: `/v1/datasets/${first.id}/name-differences`, headers })
  await app.close()
  expect(answer.json()).toEqual({ items: [] })
})

test('the list goes page by page, newest first', async () => {
  for (let n = 1; n <= 3; n += 1) await taken(first, `P-${n}`, 1, alice, '林小燕')
  await compare()
  const path = `/v1/datasets/${first.id}/name-differences?limit=2`
  const { body } = await room.call('GET', path, lists[first.id]!)
  const rest = await room.call('GET', `${path}&cursor=${body.next}`, lists[first.id]!)
  const keys = [...body.items, ...rest.body.items].map(({ key }: { key: string }) => key)
  expect(keys).toEqual(['P-3', 'P-2', 'P-1'])
})

test('a subject’s name may be added to a catalogue entry later, its id stays', async () => {
  const { id: _id, subjects, ...entry } = marriage
  const put = (more: object) => {
    const [holder, ...others] = subjects
    const body = { ...entry, subjects: [{ ...holder, ...more }, ...others] }
    return room.call('PUT', `/v1/datasets/${marriage.id}`, 'civil-affairs/steward', body)
  }
  expect((await put({ id: '/number' })).body).toMatchObject({ code: 'STATE_CONFLICT', pointer: '/subjects' })
  expect(await put({ name: '/holder/name' })).toMatchObject({ status: 202 })
})
