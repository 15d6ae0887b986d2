import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Json, JsonObject } from '../../../../../services/contract/canonical-json.ts'
import type { Dataset } from '../../../../../services/exchange/law/catalogue/dataset.ts'
import { alice, bob, registerSystem } from '../../../../support/city-department.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'
import { openPullCity, type PullCity, person, purpose } from '../../../../support/pull-city.ts'
import { residentIdBorn } from '../../../../support/resident.ts'

let city: PullCity
let permits: Dataset
let closed: Dataset
let small: string
const crowd = '110101198501010017'

beforeAll(async () => {
  city = await openPullCity()
  permits = await city.addSource()
  closed = await city.addSource()
  small = await registerSystem(city.hub, city.office, 'small')
  await city.agree(permits.id)
  await city.store(permits.id, { key: 'P-1' }, { key: 'P-2', about: [bob] })
  // A record about more people than one log entry can name, from before there was a bound.
  const many = Array.from({ length: 1_400 }, (_, n) =>
    residentIdBorn(String(19500101 + Math.floor(n / 900)), String(100 + (n % 900))),
  )
  await city.store(permits.id, { key: 'P-3', about: [crowd, ...many] })
})
afterAll(() => city?.close())

type Line = { item: number; status: number; answer?: JsonObject; problem?: JsonObject }

async function bulk(body: string, type = 'application/json', as = city.desk) {
  const response = await fetch(`${city.hub.exchange.address}/v1/pulls/bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await city.hub.tokenOf(as)}`, 'content-type': type },
    body,
  })
  const text = await response.text()
  const isLines = response.headers.get('content-type') === 'application/x-ndjson'
  const lines = isLines
    ? text
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as Line)
    : []
  return { status: response.status, lines, body: isLines ? undefined : JSON.parse(text), headers: response.headers }
}
const bulkOf = (items: Json[]) => bulk(JSON.stringify(items))
const asked = (more: JsonObject = {}): JsonObject => {
  return { dataset: permits.id, subject: person(alice), purpose, case: '2026-1', official: 'u-1', ...more }
}

/** An answer without what is new in each: ids, salts, places in the log. */
const withoutIds = (told: unknown) =>
  JSON.parse(JSON.stringify(told), (name, value) =>
    ['pull', 'salt', 'request', 'log', 'next'].includes(name) ? undefined : value,
  )

/** Members of a request, some of them wrong in one way or another. */
const anyPull = () =>
  fc
    .record(
      {
        dataset: fc.constantFrom(permits.id, closed.id, 'no.such-dataset', 'NOT A DATASET'),
        subject: fc.constantFrom<Json>(person(alice), person(bob), person('110101199001010000'), { type: 'person' }),
        purpose: fc.constantFrom(purpose, 'other'),
        case: fc.constantFrom('2026-1', ''),
        verify: fc.option(fc.constant([{ field: '/number', equals: 'P-1' }]), { nil: undefined, freq: 6 }),
        stranger: fc.option(fc.constant('x'), { nil: undefined, freq: 8 }),
        receipt: fc.option(fc.boolean(), { nil: undefined }),
      },
      { requiredKeys: ['subject', 'purpose', 'case'] },
    )
    .map(pull => JSON.parse(JSON.stringify(pull)) as JsonObject)

describe('a bulk call', () => {
  test('answers each of any pulls as a call of its own would be answered, in order', async () => {
    const pulls = fc.sample(fc.oneof(anyPull(), fc.constantFrom<Json>(null, 7, [])), { numRuns: 100, seed: 1 })
    const { status, lines } = await bulkOf(pulls)
    expect(status).toBe(200)
    expect(lines.map(({ item }) => item)).toEqual(pulls.map((_, n) => n))
    for (const [n, pull] of pulls.entries()) {
      const alone = await city.hub.call('POST', '/v1/pulls', city.desk, pull)
      expect({
        pull,
        ...withoutIds({ status: lines[n]!.status, told: lines[n]!.answer ?? lines[n]!.problem }),
      }).toEqual({
        pull,
        ...withoutIds({ status: alone.status, told: alone.body }),
      })
    }
    expect(new Set(lines.map(({ status }) => status)).size).toBeGreaterThan(2)
  })

  test('gives each pull an id, an entry and a receipt of its own, also where a pull is asked for twice', async () => {
    const { lines } = await bulkOf([asked(), asked(), asked({ dataset: closed.id })])
    const told = lines.map(({ answer, problem }) => (answer ?? problem) as { pull: string; log: { index: number } })
    expect(new Set(told.map(({ pull }) => pull)).size).toBe(3)
    const entries = await parsedEntries(city.hub.database.pool)
    for (const { pull, log } of told) expect(entries[log.index]!.content).toMatchObject({ pull })
    for (const { pull, log } of told) {
      const again = await city.hub.call('GET', `/v1/pulls/${pull}`, city.desk)
      expect(again.body.log.index).toBe(log.index)
      expect(log).toHaveProperty('receipt')
    }
  })

  test('of lines is answered line by line; a line that is no JSON spoils nothing', async () => {
    const good = JSON.stringify(asked({ receipt: false }))
    const bad = ['{"a":', '{"dataset":"x","dataset":"y"}', '"\\ud800"', '{"a":12345678901234567890123}']
    const { lines } = await bulk([good, '', ...bad, `${good}\r`, ' '].join('\n'), 'application/x-ndjson; charset=utf-8')
    expect(lines.map(({ status }) => status)).toEqual([200, 400, 400, 400, 400, 200])
    for (const { problem } of lines.slice(1, -1))
      expect(problem).toMatchObject({ detail: /\w/, detailZh: /\p{Script=Han}/u })
  })

  test('with a pull that no log entry can hold answers the others', async () => {
    const { lines } = await bulkOf([asked(), asked({ subject: person(crowd) }), asked({ subject: person(bob) })])
    expect(lines.map(({ status, problem }) => problem?.code ?? status)).toEqual([200, 'LOG_ENTRY_TOO_LARGE', 200])
  })

  test.each([
    ['no pull', '[]', 400, 'BODY_INVALID'],
    ['more than 100 pulls', JSON.stringify(Array(101).fill({})), 400, 'BODY_INVALID'],
    ['no array', '{}', 400, 'BODY_INVALID'],
    ['no JSON', '[', 400, 'BODY_NOT_JSON'],
  ])('with %s is refused as a whole, in both languages', async (_, text, status, code) => {
    const before = (await parsedEntries(city.hub.database.pool, 'pull')).length
    const answer = await bulk(text)
    expect(answer.body).toMatchObject({
      status,
      code,
      detail: expect.stringMatching(/\w/),
      detailZh: expect.stringMatching(/\p{Script=Han}/u),
    })
    expect((await parsedEntries(city.hub.database.pool, 'pull')).length).toBe(before)
  })

  test('of more than 100 lines is refused as a whole', async () => {
    const { status } = await bulk('{}\n'.repeat(101), 'application/x-ndjson')
    expect(status).toBe(400)
  })

  test('is for systems that may pull alone', async () => {
    const reader = await registerSystem(city.hub, city.office, 'reader', ['system'], ['publish'])
    expect((await bulk(JSON.stringify([asked()]), 'application/json', reader)).status).toBe(403)
  })

  test('takes no parameters', async () => {
    const response = await fetch(`${city.hub.exchange.address}/v1/pulls/bulk?wait=1`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await city.hub.tokenOf(small)}`, 'content-type': 'application/json' },
      body: JSON.stringify([asked()]),
    })
    expect(response.status).toBe(400)
  })
})
