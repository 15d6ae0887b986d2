import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ledgerOf } from '../../../../services/auditor/ledger.ts'
import { cityDayOf } from '../../../../services/contract/city-time.ts'
import type { Dataset } from '../../../../services/exchange/law/catalogue/dataset.ts'
import { alice, bob, must } from '../../../support/city-department.ts'
import { entryViolations } from '../../../support/entry-schemas.ts'
import { parsedEntries } from '../../../support/packed-log.ts'
import { both, requirement } from '../../../support/pull-cases.ts'
import { openPullCity, type PullCity, person, purpose, takeConsent } from '../../../support/pull-city.ts'

let city: PullCity
/** Two datasets that the law opens, two that need consent, one that nobody agreed on, one that holds nothing. */
let deeds: Dataset
let leases: Dataset
let marriages: Dataset
let births: Dataset
let closed: Dataset
let silent: Dataset

beforeAll(async () => {
  city = await openPullCity()
  ;[deeds, leases, marriages, births, closed, silent] = (await Promise.all(
    Array.from({ length: 6 }, () => city.addSource()),
  )) as [Dataset, Dataset, Dataset, Dataset, Dataset, Dataset]
  for (const { id } of [deeds, leases, silent]) await city.agree(id)
  for (const { id } of [marriages, births]) await city.agree(id, { basis: { type: 'consent' } })
  await city.store(deeds.id, { key: 'D-1' }, { key: 'D-2' })
  await city.store(leases.id, { key: 'L-1' })
  await city.store(marriages.id, { key: 'M-1', about: [alice, bob] })
  await city.store(births.id, { key: 'B-1' })
  await city.store(closed.id, { key: 'C-1' })
})
afterAll(() => city?.close())

type Told = { id: string; outcome: string; datasets: string[]; reason?: string; code?: string }
const pull = async (more: object = {}) => (await must(city.pull({ matter: purpose, ...more }))).body
const outcomes = ({ requirements }: { requirements: Told[] }) =>
  requirements.map(({ id, outcome, datasets, reason }) => [id, outcome, ...datasets, ...(reason ? [reason] : [])])
const usesOf = async (consent: string) => {
  const { rows } = await city.hub.database.pool.query('select used from consent where id = $1', [consent])
  return rows[0].used
}
const consentFor = (datasets: string[], uses: number) => takeConsent(city, datasets, { uses, subject: person(alice) })

describe('a pull for a matter', () => {
  test('tells of each requirement what became of it, and of each paper why it has to be carried', async () => {
    await city.putMatter([
      requirement('lease', [[leases.id]]),
      requirement('marriage', [[marriages.id]]),
      requirement('closed', [[closed.id]]),
      requirement('silent', [[silent.id]]),
      requirement('photo', []),
    ])
    const body = await pull({ district: '310115' })
    expect(outcomes(body)).toEqual([
      ['lease', 'met', leases.id],
      ['marriage', 'refused', marriages.id, 'no-consent'],
      ['closed', 'refused', closed.id, 'not-shared'],
      ['silent', 'not-found', silent.id, 'unavailable'],
      ['photo', 'not-found', 'no-source'],
    ])
    expect(body.requirements[1]).toMatchObject({
      code: 'CONSENT_MISSING',
      wayOut: { en: expect.stringContaining('POST /v1/consents'), zh: expect.any(String) },
    })
    const entry = await city.entry(body.log.index)
    expect(entryViolations(entry as never)).toEqual([])
    expect(entry.content.requirements).toMatchObject([
      { id: 'lease', outcome: 'met' },
      { id: 'marriage', reason: 'no-consent', code: 'CONSENT_MISSING' },
      { id: 'closed', reason: 'not-shared', code: 'AGREEMENT_MISSING' },
      { id: 'silent', reason: 'unavailable' },
      { id: 'photo', reason: 'no-source' },
    ])
  })

  test('is 200 even where everything is refused, and the log says refused', async () => {
    await city.putMatter([requirement('closed', [[closed.id]])])
    const { status, body } = await city.pull({ matter: purpose })
    expect([status, outcomes(body)]).toEqual([200, [['closed', 'refused', closed.id, 'not-shared']]])
    expect(await city.entry(body.log.index)).toMatchObject({ decision: 'refuse', code: 'AGREEMENT_MISSING' })
  })

  test('refuses the same to the byte whether or not there are records', async () => {
    await city.putMatter([requirement('closed', [[closed.id], [marriages.id]])])
    const about = async (id: string) => {
      const { requirements, results } = await pull({ subject: person(id) })
      return JSON.stringify({ requirements, results })
    }
    expect(await about(bob)).toBe(await about('110101198001010010'))
  })

  test('releases the agreed fields of the chosen set alone', async () => {
    await city.putMatter([requirement('home', [[deeds.id, leases.id], [leases.id]])])
    const { results } = await pull()
    expect(results).toMatchObject([{ dataset: leases.id, records: [{ key: 'L-1', data: { number: 'L-1' } }] }])
    expect(results).toHaveLength(1)
  })

  test('asks which record where one is wanted and several match, and is answered by a second call', async () => {
    await city.putMatter([requirement('deed', [[deeds.id]], { single: true })])
    const { requirements, results } = await pull()
    expect(requirements[0]).toMatchObject({ outcome: 'ask', question: { about: 'record' } })
    expect(results[0].records).toEqual([])
    const { requirement: id, dataset, key } = requirements[0].question.choices[1]
    const second = await pull({ choose: [{ requirement: id, dataset, key }] })
    expect(second.requirements[0].outcome).toBe('met')
    expect(second.results[0].records.map((record: { key: string }) => record.key)).toEqual([key])
  })

  test('asks for a fact that a condition needs, and leaves out what the case does not need', async () => {
    const when = [[{ fact: 'married', equals: true }]]
    await city.putMatter([requirement('lease', [[leases.id]]), requirement('spouse', [[marriages.id]], { when })], {
      facts: [{ id: 'married', title: both('Married'), type: 'boolean' }],
    })
    const asked = await pull()
    expect(asked.requirements[1]).toMatchObject({
      outcome: 'ask',
      question: { about: 'facts', facts: [{ id: 'married', type: 'boolean', title: both('Married') }] },
    })
    expect(outcomes(await pull({ facts: { married: false } }))).toEqual([
      ['lease', 'met', leases.id],
      ['spouse', 'not-needed'],
    ])
    expect(outcomes(await pull({ facts: { married: true } }))[1]).toEqual([
      'spouse',
      'refused',
      marriages.id,
      'no-consent',
    ])
    const wrong = await city.pull({ matter: purpose, facts: { married: 'perhaps' } })
    expect(wrong.body).toMatchObject({ status: 400, code: 'BODY_INVALID', pointer: '/facts/married' })
  })

  test('says held where the caller keeps the current version', async () => {
    await city.putMatter([requirement('lease', [[leases.id]])])
    const held = [{ dataset: leases.id, key: 'L-1', version: 1 }]
    const { requirements, results } = await pull({ held })
    expect(requirements[0].outcome).toBe('held')
    expect(results[0].records).toEqual([{ key: 'L-1', version: 1, status: 'valid', schemaVersion: 1, held: true }])
  })
})

describe('a consent', () => {
  test('is spent once by a pull that uses it for several datasets', async () => {
    const consent = await consentFor([marriages.id, births.id], 2)
    await city.putMatter([requirement('marriage', [[marriages.id]]), requirement('birth', [[births.id]])])
    expect((await pull()).requirements.map(({ outcome }: Told) => outcome)).toEqual(['met', 'met'])
    expect(await usesOf(consent)).toBe(1)
    expect((await pull()).requirements.map(({ outcome }: Told) => outcome)).toEqual(['met', 'met'])
    expect((await pull()).requirements.map(({ code }: Told) => code)).toEqual(['CONSENT_USED_UP', 'CONSENT_USED_UP'])
    expect(await usesOf(consent)).toBe(2)
  })

  test('is spent once by a pull that comes to it in two rounds', async () => {
    const consent = await consentFor([marriages.id, births.id], 1)
    await city.putMatter([
      requirement('marriage', [[marriages.id]], { statuses: ['cancelled'] }),
      requirement('family', [[marriages.id], [births.id]], { statuses: ['suspended'] }),
    ])
    const { requirements, results } = await pull()
    expect(requirements.map(({ outcome }: Told) => outcome)).toEqual(['not-found', 'not-found'])
    expect(results.map(({ dataset }: { dataset: string }) => dataset).sort()).toEqual([marriages.id, births.id].sort())
    expect(await usesOf(consent)).toBe(1)
  })

  test('is not spent on a set that the law makes needless, nor on one that fails by another refusal', async () => {
    const consent = await consentFor([marriages.id, births.id], 1)
    await city.putMatter([
      requirement('home', [[marriages.id], [deeds.id, leases.id]]),
      requirement('work', [[births.id, closed.id]]),
    ])
    expect((await pull()).requirements.map(({ outcome }: Told) => outcome)).toEqual(['met', 'refused'])
    expect(await usesOf(consent)).toBe(0)
  })

  test('of the last use is won by one of many pulls at once', async () => {
    const consent = await consentFor([births.id], 1)
    const other = { subject: person(bob) }
    await city.store(births.id, { key: 'B-2', about: [bob] })
    await city.putMatter([requirement('birth', [[births.id]])])
    await must(city.hub.call('POST', `/v1/consents/${consent}/withdraw`, 'alice', {}))
    const once = await takeConsent(city, [births.id], { uses: 1, ...other })
    const answers = await Promise.all(Array.from({ length: 16 }, () => pull(other)))
    const met = answers.filter(({ requirements }) => requirements[0].outcome === 'met')
    expect(met).toHaveLength(1)
    expect(await usesOf(once)).toBe(1)
  })
})

test('the ledger of all this is made from the log alone, with the same numbers', async () => {
  await city.putMatter([requirement('lease', [[leases.id]]), requirement('closed', [[closed.id]])])
  await pull({ case: 'ledger-1', district: '310104' })
  const [yesterday, today] = [Date.now() - 86_400_000, Date.now()].map(at => cityDayOf(new Date(at)))
  const { body } = await must(city.hub.call('GET', `/v1/ledger?from=${yesterday}&to=${today}`, 'auditor'))
  const { from, to, size, ...counted } = body
  const entries = await parsedEntries(city.hub.database.pool)
  expect(ledgerOf(entries, { from, to, size })).toEqual(counted)
  expect(counted.rows).toContainEqual(
    expect.objectContaining({
      department: city.office,
      matter: purpose,
      district: '310104',
      met: 1,
      paper: { 'not-shared': 1 },
    }),
  )
  expect(counted.flags).toContainEqual(
    expect.objectContaining({ requirement: 'closed', datasets: [closed.id], code: 'AGREEMENT_MISSING' }),
  )
})
