/**
 * Lists with a filter, page by page. Keeps out: a filter that works after paging, which leaves pages short or empty while there is
 * more, and a filter by a state that is read off the clock but compared as stored.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ulid } from 'ulid'
import { insertAgreement, readAgreement } from '../../../../../services/exchange/law/agreement/agreement-store.ts'
import { agreementStates } from '../../../../../services/exchange/law/agreement/state.ts'
import { consentStates } from '../../../../../services/exchange/law/consent/consent.ts'
import { insertConsent, readConsent } from '../../../../../services/exchange/law/consent/consent-store.ts'
import { inTransaction } from '../../../../../services/postgres/transaction.ts'
import { alice } from '../../../../support/city-department.ts'
import { marriage, purpose } from '../../../../support/law-cast.ts'
import { agreeOnConsent, type LawRoom, openLawRoom } from '../../../../support/law-room.ts'
import { type AppRoute, listRoutes } from '../../../../support/routes-of-app.ts'

const office = 'natural-resources/title-office'
let room: LawRoom
let routes: AppRoute[]
beforeAll(async () => {
  const opened = await listRoutes(openLawRoom)
  room = opened.made
  routes = opened.routes
  await storeAgreements()
  await storeConsents()
}, 120_000)
afterAll(() => room?.close())

const day = 86_400_000
const around = (days: number) => new Date(room.clock.now.getTime() + days * day)
/** Days from now; 0 is the very instant, at which things begin and end. */
const moment = fc.constantFrom(-20, -1, 0, 1, 20)
const drawn = <T>(arbitrary: fc.Arbitrary<T>, count: number) => fc.sample(arbitrary, { numRuns: count, seed: 20261130 })

async function storeAgreements() {
  const known = (await readAgreement(room.hub.pool, await agreeOnConsent(room, ['/number'])))!
  const one = fc.record({
    state: fc.constantFrom(...agreementStates.filter(state => state !== 'expired')),
    from: moment,
    length: fc.constantFrom(1, 20),
  })
  await inTransaction(room.hub.pool, async tx => {
    for (const { state, from, length } of drawn(one, 120)) {
      const [validFrom, validUntil] = [around(from), around(from + length)]
      await insertAgreement(tx, { ...known, id: ulid(), state, validFrom, validUntil })
    }
  })
}

async function storeConsents() {
  const stored = ['requested', 'active', 'declined', 'paused', 'withdrawn'] as const
  const given = await room.call('POST', '/v1/consents', alice, {
    subject: { type: 'person', id: alice },
    department: 'natural-resources',
    purpose,
    datasets: [{ dataset: marriage.id, fields: ['/number'] }],
    validUntil: around(30).toISOString(),
  })
  const known = (await readConsent(room.hub.pool, given.body.id))!
  const one = fc.record({
    state: fc.constantFrom(...stored),
    until: moment,
    lapses: fc.option(moment, { nil: undefined }),
    uses: fc.option(fc.constantFrom(1, 3), { nil: undefined }),
    used: fc.constantFrom(0, 1, 3),
  })
  for (const { until, lapses, used, ...drawnOne } of drawn(one, 160)) {
    const id = ulid()
    const lapsesAt = lapses === undefined ? {} : { lapsesAt: around(lapses) }
    const { uses: _uses, lapsesAt: _lapsesAt, ...rest } = known
    await inTransaction(room.hub.pool, async tx => {
      const whole = { ...rest, ...drawnOne, ...lapsesAt, id, validFrom: around(-40), validUntil: around(until) }
      await insertConsent(tx, whole as typeof known)
      await tx.query('update consent set used = $2 where id = $1', [id, Math.min(used, drawnOne.uses ?? used)])
    })
  }
}

type Item = Record<string, unknown> & { id?: string; index?: number }

/** All pages of a list; each but the last must be full. */
async function pagesOf(path: string, who: string, query: Record<string, string>, limit: number): Promise<Item[]> {
  const found: Item[] = []
  for (let cursor = ''; ; ) {
    const search = new URLSearchParams({ ...query, limit: String(limit), ...(cursor && { cursor }) })
    const { status, body } = await room.call('GET', `${path}?${search}`, who)
    expect([path, search.toString(), status]).toEqual([path, search.toString(), 200])
    found.push(...body.items)
    if (!body.next) return found
    expect([search.toString(), body.items.length]).toEqual([search.toString(), limit])
    cursor = body.next
  }
}

type Filter = { query: Record<string, string>; fits: (item: Item) => boolean }
const byState = (states: readonly string[]): Filter[] =>
  states.map(state => ({ query: { state }, fits: item => item.state === state }))

/** Every list that has a filter, who reads it, and the filters with what each means, said of the items as they are answered. */
const lists: Record<string, { who: string; filters: Filter[] }> = {
  '/v1/agreements': {
    who: office,
    filters: [
      ...byState(agreementStates),
      { query: { dataset: marriage.id, state: 'expired' }, fits: ({ state }) => state === 'expired' },
      { query: { source: 'civil-affairs' }, fits: ({ source }) => source === 'civil-affairs' },
      { query: { department: 'taxation' }, fits: ({ department }) => department === 'taxation' },
    ],
  },
  '/v1/consents': {
    who: office,
    filters: [
      ...byState(consentStates),
      { query: { purpose, state: 'lapsed' }, fits: ({ state }) => state === 'lapsed' },
    ],
  },
  '/v1/catalogue-changes': {
    who: 'operator',
    filters: byState(['in-review', 'published', 'returned', 'withdrawn']),
  },
  '/v1/datasets': {
    who: office,
    filters: [
      { query: { q: 'Permit' }, fits: () => true },
      { query: { department: 'taxation' }, fits: ({ department }) => department === 'taxation' },
    ],
  },
  '/v1/access-log/entries': {
    who: 'auditor',
    filters: [
      { query: { kind: 'agreement' }, fits: ({ kind }) => kind === 'agreement' },
      {
        query: { kind: 'consent', decision: 'permit' },
        fits: entry => entry.kind === 'consent' && entry.decision === 'permit',
      },
    ],
  },
}

test('every list that has a filter is among those tried here', () => {
  const filtered = routes.filter(({ method, schema }) => {
    const { properties = {} } = (schema.querystring ?? {}) as { properties?: object }
    const names = Object.keys(properties)
    return method === 'GET' && names.includes('cursor') && names.length > 2
  })
  expect(filtered.map(({ path }) => path).sort()).toEqual(Object.keys(lists).sort())
})

test.each(Object.keys(lists))(
  'the pages of %s joined are what a filter of the whole list gives, and no page is short',
  async path => {
    const { who, filters } = lists[path]!
    const seen = new Set<string>()
    for (const { query, fits } of filters) {
      const all = await pagesOf(path, who, {}, 200)
      const expected = all.filter(fits).map(({ id, index }) => id ?? index)
      for (const limit of [1, 3, 50]) {
        if (limit === 1 && expected.length > 20) continue
        const joined = await pagesOf(path, who, query, limit)
        expect([query, limit, joined.map(({ id, index }) => id ?? index)]).toEqual([query, limit, expected])
      }
      if (expected.length > 0) seen.add(JSON.stringify(query))
    }
    expect(seen.size).toBeGreaterThan(path === '/v1/catalogue-changes' ? -1 : 0)
  },
  120_000,
)

test('the states that the clock makes occur among the consents and agreements tried', async () => {
  const states = async (path: string) => new Set((await pagesOf(path, office, {}, 200)).map(({ state }) => state))
  expect(await states('/v1/agreements')).toEqual(new Set(agreementStates))
  expect(await states('/v1/consents')).toEqual(new Set(consentStates))
})
