import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Dataset } from '../../../../../services/exchange/law/catalogue/dataset.ts'
import { must } from '../../../../support/city-department.ts'
import { entryViolations } from '../../../../support/entry-schemas.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'
import { both, requirement } from '../../../../support/pull-cases.ts'
import { openPullCity, type PullCity, purpose } from '../../../../support/pull-city.ts'

let city: PullCity
let deeds: Dataset
let leases: Dataset
let marriages: Dataset
let closed: Dataset
let incomes: Dataset

beforeAll(async () => {
  city = await openPullCity()
  ;[deeds, leases, marriages, closed] = (await Promise.all(Array.from({ length: 4 }, () => city.addSource()))) as [
    Dataset,
    Dataset,
    Dataset,
    Dataset,
  ]
  incomes = await city.addSource({ sharing: { type: 'withheld', law: '《中华人民共和国税收征收管理法》第八条' } })
  for (const { id } of [deeds, leases]) await city.agree(id)
  await city.agree(marriages.id, { basis: { type: 'consent' } })
})
afterAll(() => city?.close())

const matterBody = (more: object = {}) => ({
  title: both('Transfer'),
  department: city.office,
  purpose: { code: purpose, title: both('Transfer') },
  requirements: [requirement('deed', [[deeds.id]])],
  ...more,
})
const put = (more: object, as = 'hub/operator') => city.hub.call('PUT', '/v1/matters/another', as, matterBody(more))

describe('PUT /v1/matters/{id}', () => {
  test('registers a matter, logs it, and lists it to everybody', async () => {
    const { body } = await must(put({}))
    expect(body).toEqual({ id: 'another', ...matterBody() })
    for (const who of [city.desk, 'alice', 'auditor']) {
      const listed = await must(city.hub.call('GET', '/v1/matters', who))
      expect(listed.body.items).toContainEqual(body)
    }
    const entry = (await parsedEntries(city.hub.database.pool, 'matter')).at(-1)!
    expect(entryViolations(entry)).toEqual([])
    expect(entry).toMatchObject({ matter: 'another', decision: 'permit', caller: 'hub/operator' })
  })

  test.each<[code: string, pointer: string, more: () => object]>([
    ['DATASET_UNKNOWN', '/requirements/0/evidence', () => ({ requirements: [requirement('rr', [['a.nothing']])] })],
    ['DEPARTMENT_UNKNOWN', '/department', () => ({ department: 'nobody' })],
    ['BODY_INVALID', '/requirements/1/id', () => ({ requirements: [requirement('rr', []), requirement('rr', [])] })],
    [
      'BODY_INVALID',
      '/requirements/0/when/0/0/fact',
      () => ({ requirements: [requirement('rr', [], { when: [[{ fact: 'x', equals: true }]] })] }),
    ],
    [
      'BODY_INVALID',
      '/requirements/0/when/0/0',
      () => ({ requirements: [{ ...requirement('rr', []), when: [[{}]] }] }),
    ],
    ['BODY_INVALID', '/requirements/0/evidence/0', () => ({ requirements: [requirement('rr', [[]])] })],
  ])('is refused with %s at %s, and changes nothing', async (code, pointer, more) => {
    const before = await must(city.hub.call('GET', '/v1/matters', city.desk))
    const { status, body } = await put(more())
    expect(status).toBeGreaterThanOrEqual(400)
    expect(body.code).toBe(code)
    expect(body.pointer).toContain(pointer)
    expect((await must(city.hub.call('GET', '/v1/matters', city.desk))).body).toEqual(before.body)
  })

  test('is the operator’s alone', async () => {
    for (const who of [city.desk, 'alice', 'auditor']) expect((await put({}, who)).status).toBe(403)
  })
})

describe('GET /v1/matters/{id}/plan', () => {
  const plan = async (as = city.desk, query = '') =>
    (await must(city.hub.call('GET', `/v1/matters/${purpose}/plan${query}`, as))).body
  const standings = ({ requirements }: { requirements: { id: string; standing: string; reason?: string }[] }) =>
    requirements.map(({ id, standing, reason }) => [id, standing, ...(reason ? [reason] : [])])

  test('says what may be asked for now, what needs a consent, and why a paper has to be carried', async () => {
    await city.putMatter([
      requirement('home', [[deeds.id, leases.id], [leases.id], [marriages.id]]),
      requirement('marriage', [[closed.id], [marriages.id]]),
      requirement('closed', [[closed.id]]),
      requirement('income', [[incomes.id]]),
      requirement('photo', []),
    ])
    const body = await plan()
    expect(standings(body)).toEqual([
      ['home', 'lawful'],
      ['marriage', 'needs-consent', 'no-consent'],
      ['closed', 'paper', 'not-shared'],
      ['income', 'paper', 'withheld'],
      ['photo', 'paper', 'no-source'],
    ])
    expect(body.requirements[0].sets).toMatchObject([
      { standing: 'lawful', chosen: false },
      { standing: 'lawful', chosen: true, datasets: [{ right: 'statutory-duty', provision: '《测试法》第一条' }] },
      { standing: 'needs-consent', chosen: false },
    ])
    expect(body.requirements[1].sets).toMatchObject([
      { standing: 'paper', chosen: false, datasets: [{ right: 'refused', code: 'AGREEMENT_MISSING' }] },
      { standing: 'needs-consent', chosen: true, datasets: [{ right: 'needs-consent', code: 'CONSENT_MISSING' }] },
    ])
    expect(body.requirements[4].wayOut.zh).toContain('纸质')
  })

  test('names the set that a pull then uses, and the facts that it must state', async () => {
    const when = [[{ fact: 'floor', atLeast: 2 }]]
    await city.putMatter(
      [requirement('home', [[deeds.id], [leases.id]]), requirement('lease', [[leases.id]], { when })],
      { facts: [{ id: 'floor', title: both('Floor'), type: 'number' }] },
    )
    const body = await plan()
    expect(body.facts).toEqual([{ id: 'floor', title: both('Floor'), type: 'number' }])
    expect(body.requirements[1].when).toEqual(when)
    const chosen = body.requirements.map(({ sets }: { sets: { chosen: boolean; datasets: { dataset: string }[] }[] }) =>
      sets.filter(set => set.chosen).flatMap(({ datasets }) => datasets.map(({ dataset }) => dataset)),
    )
    expect(chosen).toEqual([[leases.id], [leases.id]])
    await city.store(leases.id, { key: 'L-1' })
    const { body: pulled } = await must(city.pull({ matter: purpose, facts: { floor: 3 } }))
    expect(pulled.requirements.map(({ datasets }: { datasets: string[] }) => datasets)).toEqual(chosen)
  })

  test('follows the agreements at once', async () => {
    await city.putMatter([requirement('deed', [[deeds.id]])])
    const { body } = await must(city.hub.call('GET', `/v1/agreements?dataset=${deeds.id}`, city.desk))
    const source = deeds.department
    await must(
      city.hub.call('POST', `/v1/agreements/${body.items[0].id}/suspend`, `${source}/registry`, { reason: 'misused' }),
    )
    expect(standings(await plan())).toEqual([['deed', 'paper', 'not-shared']])
    await must(city.hub.call('POST', `/v1/agreements/${body.items[0].id}/resume`, `${source}/registry`, {}))
    expect(standings(await plan())).toEqual([['deed', 'lawful']])
  })

  test('of a subject that no such record is about is a paper', async () => {
    await city.putMatter([requirement('deed', [[deeds.id]])])
    expect(standings(await plan(city.desk, '?subject=organisation'))).toEqual([['deed', 'paper', 'no-source']])
  })

  test('is shown to whoever may see matters, writes nothing, and is 404 where there is no matter', async () => {
    const size = async () => (await city.hub.database.pool.query('select size from access_log_head')).rows[0].size
    const before = await size()
    for (const who of ['alice', 'auditor', 'hub/operator']) expect((await plan(who)).matter).toBe(purpose)
    expect(await size()).toBe(before)
    expect((await city.hub.call('GET', '/v1/matters/nothing/plan', city.desk)).status).toBe(404)
    expect((await city.hub.call('GET', `/v1/matters/${purpose}/plan`)).status).toBe(401)
  })
})
