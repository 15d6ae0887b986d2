import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readKey } from '../../../services/auditor/note.ts'
import { verifyAnswer } from '../../../services/auditor/verify-answer.ts'
import type { Json, JsonObject } from '../../../services/contract/canonical-json.ts'
import type { Dataset } from '../../../services/exchange/law/catalogue/dataset.ts'
import { alice, bob } from '../../support/city-department.ts'
import { entryViolations } from '../../support/entry-schemas.ts'
import { parsedEntries } from '../../support/packed-log.ts'
import { openPullCity, type PullCity } from '../../support/pull-city.ts'

let city: PullCity
let permits: Dataset
let withheld: Dataset

beforeAll(async () => {
  city = await openPullCity()
  permits = await city.addSource()
  withheld = await city.addSource()
  await city.agree(permits.id, {
    fields: [
      { pointer: '/number', use: 'read' },
      { pointer: '/holder/id', use: 'mask', mask: 'keep-last-4' },
      { pointer: '/income', use: 'verify' },
    ],
  })
  await city.store(permits.id, { key: 'P-1', about: [alice, bob] }, { key: 'P-2', about: [bob] })
})
afterAll(() => city?.close())

type Answered = JsonObject & { log: { index: number } }

async function pull(more: object = {}): Promise<{ answer: Answered; entry: JsonObject }> {
  const { body } = await city.pull({ dataset: permits.id, ...more })
  const entry = (await parsedEntries<JsonObject>(city.hub.database.pool))[body.log.index]!
  expect(entryViolations(entry as never)).toEqual([])
  return { answer: body, entry }
}
const verify = (answer: Json, entry: Json) =>
  verifyAnswer(answer, entry, { keys: [readKey(city.hub.verifierKey)!], witnesses: 0 })

/** The value with one of its leaves altered, for each leaf. */
function alterations(value: Json): Json[] {
  if (Array.isArray(value))
    return [
      ...value.flatMap((item, at) => alterations(item).map(altered => value.with(at, altered))),
      ...value.map((_, at) => value.toSpliced(at, 1)),
    ]
  if (value !== null && typeof value === 'object')
    return Object.entries(value).flatMap(([name, member]) =>
      alterations(member!).map(altered => ({ ...value, [name]: altered })),
    )
  return [typeof value === 'boolean' ? !value : `${value}0`]
}

test.each([
  ['records', {}],
  ['no record', { subject: { type: 'person', id: '110101198001010010' } }],
  ['claims', { verify: [{ field: '/income', atLeast: 1 }] }],
])('the entry of a pull that was answered with %s commits to that answer, and to no other', async (_, more) => {
  const { answer, entry } = await pull(more)
  expect(verify(answer, entry)).toMatchObject({ index: answer.log.index, datasets: [permits.id], uncommitted: [] })
  const [result] = answer.results as JsonObject[]
  for (const name of ['records', 'claims', 'salt', 'dataset'].filter(name => name in result!)) {
    const altered = alterations(result![name]!)
    for (const value of altered)
      expect(verify({ ...answer, results: [{ ...result, [name]: value }] }, entry)).toEqual(expect.any(String))
  }
})

test('the same values are committed to anew in each pull, so that an entry tells nothing to who guesses them', async () => {
  const commitments = await Promise.all(
    Array.from(
      { length: 3 },
      async () => JSON.stringify((await pull()).entry).match(/"commitment":"([0-9a-f]{64})"/)?.[1],
    ),
  )
  expect(new Set(commitments).size).toBe(3)
  expect(commitments).not.toContain(undefined)
})

test('the salt is not in the log', async () => {
  const { answer, entry } = await pull()
  const { salt } = (answer.results as JsonObject[])[0]!
  expect(salt).toMatch(/^[0-9a-f]{32}$/)
  expect(JSON.stringify(entry)).not.toContain(salt)
})

test('an answer is not proved by the entry of another pull, nor where a result is left out, nor without a receipt', async () => {
  const [one, other] = [await pull(), await pull()]
  expect(verify(one.answer, other.entry)).toMatch(/not the one/)
  expect(verify({ ...one.answer, log: other.answer.log }, other.entry)).toMatch(/another pull/)
  expect(verify({ ...one.answer, results: [] }, one.entry)).toMatch(/which the answer lacks/)
  expect(verify({ ...one.answer, log: { index: one.answer.log.index } }, one.entry)).toMatch(/no log.receipt/)
})

test('a false result cannot hide before, behind or beside the genuine one, nor another subject or decision', async () => {
  const { answer, entry } = await pull()
  const [genuine] = answer.results as JsonObject[]
  const { salt: _, ...bare } = genuine!
  const fakes: JsonObject[] = [{ ...genuine, records: [] }, { ...bare, records: [] }, { records: [] }]
  for (const fake of fakes)
    for (const results of [
      [fake, genuine!],
      [genuine!, fake],
    ])
      expect(verify({ ...answer, results }, entry)).toMatch(/names no dataset, or one that another/)
  expect(verify({ ...answer, subject: { type: 'person', id: bob } }, entry)).toMatch(/another subject/)
  expect(verify({ ...answer, results: [{ ...genuine!, decision: 'refuse' }] }, entry)).toMatch(/how .* was decided/)
})

test('a refusal commits to no values', async () => {
  const { body } = await city.pull({ dataset: withheld.id })
  const entry = (await parsedEntries<JsonObject>(city.hub.database.pool))[body.log.index]!
  expect(JSON.stringify(entry)).not.toContain('commitment')
})
