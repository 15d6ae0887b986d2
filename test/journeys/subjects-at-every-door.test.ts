/**
 * Keeps out: a person or an organisation that exists and is refused at some door, and a wrong id that some door takes. The same ids
 * go through the adapter, Kafka, the registry, pulls, consents, the log and the citizen's own pages.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import { writeEnvelope } from '../../services/contract/envelope.ts'
import { residentIdCheck } from '../../services/contract/formats/resident-id.ts'
import { subjectFaults } from '../../services/contract/read-subject.ts'
import type { Subject } from '../../services/contract/subject.ts'
import { createFolder, openAdapter, type TestFolder } from '../support/adapter.ts'
import { publishTo } from '../support/attacked-hub.ts'
import { datasetOf, must, registerSystem } from '../support/city-department.ts'
import { counterEvidence } from '../support/counter-evidence.ts'
import { entryViolations } from '../support/entry-schemas.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { both } from '../support/pull-cases.ts'

const numbered = (firstSeventeen: string) => firstSeventeen + residentIdCheck(firstSeventeen)
const traveller = 'passport:DEU:C01X00T47'
const people = [
  numbered('31010319790101108'),
  numbered('81000019880101101'),
  numbered('93184019850601101'),
  'permanent-residence:USA310185060112',
  traveller,
  'hk-macao-permit:H12345678',
  'taiwan-permit:12345678',
]
/** As the registrar of Xiamen issued it: its last character is not what GB 32100 says. */
const firm = '91350203M0001QQ7X3'

const source = uniqueDepartment('labour')
const office = uniqueDepartment('office')
const dataset = `${source}.contract`
const desk = `${office}/desk`
const validUntil = new Date(Date.now() + 86_400_000).toISOString()

const schemas = `/v1/datasets/${dataset}/schemas`
const text = (format: string, maxLength: number) => ({ type: 'string', format, maxLength })
const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:datarun:${dataset}:v1`,
  type: 'object',
  additionalProperties: false,
  required: ['number'],
  properties: {
    number: { type: 'string', maxLength: 40 },
    holder: text('person-id', 35),
    employer: text('uscc', 18),
  },
}

let hub: TestHub
let folder: TestFolder

beforeAll(async () => {
  const citizen = { name: both('T'), about: both('citizen'), roles: ['citizen' as const] }
  hub = await startTestHub({
    people: [
      { id: 'traveller', ...citizen, subject: { type: 'person', id: traveller }, birthdate: '1990-03-07' },
      { id: 'firm', ...citizen, subject: { type: 'organisation', id: firm } },
      { id: 'auditor', name: both('A'), about: both('auditor'), roles: ['auditor'] },
      { id: 'steward', name: both('S'), about: both('steward'), roles: ['steward'], department: source },
    ],
  })
  await registerSystem(hub, source, 'registry', ['system', 'steward'])
  await registerSystem(hub, office, 'desk')
  const pointers = ['/number', '/holder', '/employer']
  const { id: _, ...entry } = datasetOf(source, {
    basis: 'consent',
    subjects: [
      { type: 'person', id: '/holder', role: 'holder' },
      { type: 'organisation', id: '/employer', role: 'employer' },
    ],
    fields: pointers.map(pointer => ({ pointer, title: both(pointer), classification: 'personal' })),
  })
  const { validity: __, ...body } = entry
  await must(hub.call('PUT', `/v1/datasets/${dataset}`, 'hub/operator', body))
  await must(hub.call('POST', schemas, 'hub/operator', { schema }))
  const purpose = { code: 'hiring', title: both('Hiring') }
  const requirement = { id: 'contract', title: both('Contract'), evidence: [[dataset]] }
  const matter = { title: both('Hiring'), department: office, purpose, requirements: [requirement] }
  await must(hub.call('PUT', '/v1/matters/hiring', 'hub/operator', matter))
  const asked = await must(
    hub.call('POST', '/v1/agreements', desk, {
      dataset,
      purpose: 'hiring',
      fields: pointers.map(pointer => ({ pointer, use: 'read' })),
      basis: { type: 'consent' },
      scenario: both('Tests'),
      method: 'service-interface',
      validUntil,
    }),
  )
  await must(hub.call('POST', `/v1/agreements/${asked.body.id}/approve`, `${source}/registry`, {}))
  folder = await createFolder(hub, source)
})
afterAll(async () => {
  await folder?.remove()
  await hub?.close()
})

const pull = (subject: Subject) =>
  hub.call('POST', '/v1/pulls', desk, { dataset, subject, purpose: 'hiring', case: '2026-1', official: 'u-1' })
const consent = (subject: Subject, fields = ['/number']) =>
  hub.call('POST', '/v1/consents', desk, {
    subject,
    purpose: 'hiring',
    datasets: [{ dataset, fields }],
    validUntil,
    evidence: counterEvidence(),
  })
const search = (subject: Subject) => hub.call('POST', '/v1/access-log/searches', 'auditor', { subject })
const watch = (subject: Subject) =>
  hub.call('PUT', '/v1/access-log/watch-lists/known', 'auditor', { subjects: [subject] })
const represent = (representative: Subject) =>
  hub.call('POST', '/v1/representations', 'steward', {
    kind: 'power-of-attorney',
    subject: { type: 'person', id: numbered('31010319790101100') },
    representative,
    validUntil,
    evidence: 'register/77',
  })
const tryOut = (record: object) => hub.call('POST', `/v1/datasets/${dataset}/validate`, 'steward', { record })

/** Published by the adapter from a file whose rows are these; returns the report of what it refused. */
async function publishFile(name: string, rows: string[]): Promise<string> {
  const mapping = { '/number': '编号', '/holder': { column: '证件号', person: {} }, '/employer': '单位代码' }
  const config = { dataset, system: `${source}/registry`, csv: { files: name }, mapping }
  await folder.write(name, ['编号,证件号,单位代码', ...rows])
  const adapter = await openAdapter(config, folder.settings)
  try {
    await adapter.publishFiles()
    return await folder.written()
  } finally {
    await adapter.close()
  }
}

/** As a producer in another language does it, with no check of its own. */
const publishRaw = (key: string, data: JsonObject) =>
  publishTo(hub, dataset, [
    writeEnvelope({
      id: `${key}:1`,
      system: `${source}/registry`,
      dataset,
      key,
      change: 'issued',
      time: '2026-03-01T08:00:00Z',
      schemaVersion: 1,
      sequence: 1,
      data,
    }),
  ])

const rejected = async (key: string) =>
  (await hub.database.pool.query('select code, violations from rejection where message_key = $1', [key])).rows[0]

const keysOf = async (subject: Subject): Promise<string[]> => {
  const { body } = await pull(subject)
  return (body.results?.[0]?.records ?? []).map(({ key }: { key: string }) => key).toSorted()
}

describe('a person by any document', () => {
  test('is published by file and by Kafka, consents, and is found by a pull, each under their own id', async () => {
    await publishFile(
      'people.csv',
      people.map((id, n) => `F-${n},${id.toLowerCase()},`),
    )
    for (const [n, id] of people.entries()) await publishRaw(`K-${n}`, { number: `K-${n}`, holder: id })
    for (const [n, id] of people.entries()) {
      const subject = { type: 'person', id } as const
      expect([(await consent(subject)).status, id]).toEqual([201, id])
      await eventually(async () => (await keysOf(subject)).length === 2)
      expect(await keysOf(subject)).toEqual([`F-${n}`, `K-${n}`])
      expect((await tryOut({ number: 'x', holder: id })).body).toEqual({ valid: true, violations: [] })
    }
  })

  test('is watched, searched for, represented, and found in the log whose entries keep to their schemas', async () => {
    for (const id of people) {
      const subject = { type: 'person', id } as const
      expect((await watch(subject)).status).toBe(200)
      expect((await represent(subject)).status).toBe(201)
      const { body } = await search(subject)
      expect(body.items.some((entry: { kind: string }) => entry.kind === 'pull')).toBe(true)
      for (const entry of body.items) {
        expect(entry.about).toContainEqual(subject)
        expect(entryViolations(entry)).toEqual([])
      }
    }
  })

  test('sees their accesses and takes back their consent by their own sign-in', async () => {
    const { body } = await must(hub.call('GET', '/v1/me/accesses', 'traveller'))
    expect(body.items.filter(({ kind }: { kind: string }) => kind === 'pull').length).toBeGreaterThan(0)
    const mine = await must(hub.call('GET', '/v1/me/consents', 'traveller'))
    expect(mine.body.items).toHaveLength(1)
    const { id } = mine.body.items[0]
    expect((await hub.call('POST', `/v1/consents/${id}/withdraw`, 'traveller', {})).status).toBe(200)
    expect((await pull({ type: 'person', id: traveller })).body.code).toBe('CONSENT_WITHDRAWN')
    const again = { subject: { type: 'person', id: traveller }, purpose: 'hiring', validUntil, department: office }
    const given = { ...again, datasets: [{ dataset, fields: ['/number'] }] }
    expect((await hub.call('POST', '/v1/consents', 'traveller', given)).status).toBe(201)
    expect(await keysOf({ type: 'person', id: traveller })).toEqual(['F-4', 'K-4'])
  })

  test.each([
    ['11010519491231002x', 'lower-case'],
    ['11010519491231002X\u3000', 'blank'],
    ['\u202a11010519491231002X', 'invisible'],
    ['１1010519491231002X', 'full-width'],
    ['110105491231002', 'first-generation'],
    ['110105194912310021', 'person-check'],
    ['passport:ZZZ:C01X00T47', 'state'],
    ['permanent-residence:USA310185060113', 'permanent-residence-check'],
    ['hk-macao-permit:H1234567801', 'renewals'],
    ['E12345678', 'length'],
  ] as const)('%j is refused at every door, and told %s in both languages', async (id, fault) => {
    const subject = { type: 'person', id } as const
    const { en, zh } = subjectFaults[fault]
    for (const answer of [
      await pull(subject),
      await consent(subject),
      await search(subject),
      await watch(subject),
      await represent(subject),
    ])
      expect([answer.status, answer.body.code, answer.body.detail, answer.body.detailZh]).toEqual([
        422,
        'SUBJECT_INVALID',
        en,
        zh,
      ])
    const { body } = await tryOut({ number: 'x', holder: id })
    expect(body.violations).toEqual([
      { pointer: '/holder', keyword: 'format', message: expect.stringContaining(en), zh },
    ])
    const key = `R-${fault}`
    await publishRaw(key, { number: key, holder: id })
    expect(await eventually(() => rejected(key))).toMatchObject({
      code: 'RECORD_INVALID',
      violations: [{ pointer: '/holder', zh }],
    })
  })

  test('with a wrong number in a file is told so in the report', async () => {
    const report = await publishFile('wrong.csv', ['W-1,110105194912310021,', 'W-2,110105491231002,'])
    expect(report).toContain(subjectFaults['person-check'].zh)
    expect(report).toContain(subjectFaults['first-generation'].zh)
  })
})

describe('a credit code that fails its check', () => {
  const subject = { type: 'organisation', id: firm } as const
  const { en, zh } = subjectFaults['organisation-check']
  const name = (code: string, reason = '厦门市市场监督管理局 2015 年核发，执照为证') =>
    hub.call('POST', '/v1/code-exceptions', 'steward', { code, reason })
  const doors = async () => {
    const answers = [await pull(subject), await consent(subject), await watch(subject)]
    const department = { title: both('Firm'), creditCode: firm }
    const listed = await hub.call('PUT', `/v1/departments/${uniqueDepartment('firm')}`, 'hub/operator', department)
    return [...answers, listed].map(({ status, body }) => ({ status, detail: body.detail, detailZh: body.detailZh }))
  }

  test('is refused at every door', async () => {
    for (const answer of await doors()) expect(answer).toEqual({ status: 422, detail: en, detailZh: zh })
    expect((await tryOut({ number: 'x', employer: firm })).body.violations).toMatchObject([
      { pointer: '/employer', zh },
    ])
    await publishRaw('C-1', { number: 'C-1', employer: firm })
    expect(await eventually(() => rejected('C-1'))).toMatchObject({ violations: [{ pointer: '/employer', zh }] })
    expect(await publishFile('firm.csv', [`C-2,,${firm}`])).toContain(zh)
  })

  test('is named by a steward alone, with a reason, if only its check is wrong', async () => {
    for (const who of ['auditor', 'traveller', desk, 'hub/operator'])
      expect((await hub.call('POST', '/v1/code-exceptions', who, { code: firm, reason: 'because' })).status).toBe(403)
    expect((await name('91350203M0001QQ7X')).body).toMatchObject({ code: 'SUBJECT_INVALID', pointer: '/code' })
    expect((await name('91990203M0001QQ7X3')).body).toMatchObject({ code: 'SUBJECT_INVALID', pointer: '/code' })
    expect((await name('91350100M000100Y43')).body).toMatchObject({ code: 'STATE_CONFLICT', pointer: '/code' })
    expect((await name(firm, 'x')).status).toBe(400)
    const before = Date.now()
    const { status, body } = await name(firm)
    expect([status, body]).toEqual([
      200,
      { code: firm, reason: expect.any(String), department: source, namedAt: expect.any(String) },
    ])
    expect(Date.parse(body.namedAt)).toBeGreaterThanOrEqual(before - 1_000)
    expect((await must(hub.call('GET', '/v1/code-exceptions', desk))).body.items).toEqual([body])
  })

  test('is then accepted at every door, and its naming stands in the log under the organisation', async () => {
    expect((await consent(subject)).status).toBe(201)
    for (const { status } of await doors()) expect([200, 201]).toContain(status)
    expect((await tryOut({ number: 'x', employer: firm })).body.valid).toBe(true)
    await publishRaw('C-3', { number: 'C-3', employer: firm })
    expect(await publishFile('firm-again.csv', [`C-4,,${firm}`])).not.toContain('C-4,')
    await eventually(async () => (await keysOf(subject)).length === 2)
    expect(await keysOf(subject)).toEqual(['C-3', 'C-4'])
    const { $id: _, ...next } = schema
    const { records } = (await must(hub.call('POST', `${schemas}?dryRun=true`, 'hub/operator', { schema: next }))).body
    expect(records).toMatchObject({ rejected: 0 })
    const { body } = await search(subject)
    const naming = body.items.find(({ content }: { content: JsonObject }) => content.noun === 'code-exception')
    expect(naming).toMatchObject({ decision: 'permit', content: { id: firm, reason: expect.stringContaining('厦门') } })
    expect(entryViolations(naming)).toEqual([])
  })

  test('is refused again once it is withdrawn, and what is stored stays', async () => {
    const withdraw = () =>
      hub.call('POST', '/v1/code-exceptions/withdrawals', 'steward', { code: firm, reason: '执照已换发' })
    expect((await withdraw()).status).toBe(200)
    expect((await withdraw()).status).toBe(404)
    for (const answer of await doors()) expect(answer).toEqual({ status: 422, detail: en, detailZh: zh })
    const { rows } = await hub.database.pool.query('select key from record_subject where subject_id = $1', [firm])
    expect(rows).toHaveLength(2)
  })

  test('is searched for though it is named no longer, and its organisation sees its accesses and withdraws its consents', async () => {
    const found = (await must(search(subject))).body.items
    expect(found.some(({ kind }: { kind: string }) => kind === 'pull')).toBe(true)
    const seen = (await must(hub.call('GET', '/v1/me/accesses', 'firm'))).body.items
    expect(seen.some(({ kind }: { kind: string }) => kind === 'pull')).toBe(true)
    const { items } = (await must(hub.call('GET', '/v1/me/consents', 'firm'))).body
    expect(items.length).toBeGreaterThan(0)
    for (const { id } of items)
      expect((await hub.call('POST', `/v1/consents/${id}/withdraw`, 'firm', {})).body.state).toBe('withdrawn')
    const given = {
      subject,
      purpose: 'hiring',
      datasets: [{ dataset, fields: ['/number'] }],
      validUntil,
      department: office,
    }
    expect((await hub.call('POST', '/v1/consents', 'firm', given)).body.code).toBe('SUBJECT_INVALID')
  })

  test.each(['91990203M0001QQ7X3', '91350203M0001QQ7X'])(
    'of another length or region is searched for by nobody: %s',
    async id => expect((await search({ type: 'organisation', id })).body.code).toBe('SUBJECT_INVALID'),
  )
})
