import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readKey } from '../../../../services/auditor/note.ts'
import { verifyReceipt } from '../../../../services/auditor/verify-receipt.ts'
import type { Dataset } from '../../../../services/exchange/law/catalogue/dataset.ts'
import { alice, bob, must, registerSystem } from '../../../support/city-department.ts'
import { entryViolations } from '../../../support/entry-schemas.ts'
import { parsedEntries } from '../../../support/packed-log.ts'
import { openPullCity, type PullCity, person, purpose, takeConsent } from '../../../support/pull-city.ts'

let city: PullCity
let permits: Dataset
const carol = '110101198001010010'

beforeAll(async () => {
  city = await openPullCity()
  permits = await city.addSource()
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

const pull = (more: object = {}, as?: string) => city.pull({ dataset: permits.id, ...more }, as)
const trust = () => ({ keys: [readKey(city.hub.verifierKey)!], witnesses: 0 })

describe('a permitted pull', () => {
  test('has the agreed fields of the records about the subject, the basis, and what is withheld', async () => {
    const { status, body } = await pull()
    expect(status).toBe(200)
    expect(body).toMatchObject({ subject: person(alice), log: { index: expect.any(Number) } })
    expect(body.results).toEqual([
      {
        dataset: permits.id,
        decision: 'permit',
        basis: { type: 'statutory-duty', agreement: expect.any(String), provision: '《测试法》第一条' },
        records: [
          {
            key: 'P-1',
            version: 1,
            status: 'valid',
            schemaVersion: 1,
            data: { number: 'P-1', holder: { id: '****002X' } },
          },
        ],
        salt: expect.stringMatching(/^[0-9a-f]{32}$/),
        withheldFields: expect.arrayContaining([{ pointer: '/income', code: 'FIELD_NOT_COVERED' }]),
      },
    ])
    expect(body).not.toHaveProperty('requirements')
  })

  test('of fewer fields has fewer fields', async () => {
    const { body } = await pull({ fields: ['/number'] })
    expect(body.results[0].records[0].data).toEqual({ number: 'P-1' })
    expect(body.results[0]).not.toHaveProperty('withheldFields')
  })

  test('about somebody without a record is answered with none', async () => {
    const { status, body } = await pull({ subject: person(carol) })
    expect([status, body.results[0].decision, body.results[0].records]).toEqual([200, 'permit', []])
  })

  test('stands in the log under everyone its records are about, and each of them sees it', async () => {
    const { body } = await pull({ district: '310115' })
    const entry = await city.entry(body.log.index)
    expect(entryViolations(entry as never)).toEqual([])
    expect(entry).toMatchObject({
      about: [person(alice), person(bob)],
      case: '2026-1',
      official: 'u-1',
      content: { district: '310115', milliseconds: expect.any(Number), results: [{ about: [0, 1] }] },
    })
    for (const who of ['alice', 'bob']) {
      const seen = await must(city.hub.call('GET', '/v1/me/accesses', who))
      const access = seen.body.items.find((item: { index: number }) => item.index === body.log.index)
      expect(access.datasets).toMatchObject([{ dataset: permits.id, fields: ['/number', '/holder/id'] }])
    }
  })

  test('leaves no value of the record in the log', async () => {
    await city.store(permits.id, { key: 'P-9', about: [carol], body: { number: 'P-9', note: 'never-to-be-logged' } })
    const { body } = await pull({ subject: person(carol) })
    expect(body.results[0].records[0].key).toBe('P-9')
    expect(JSON.stringify(await city.entry(body.log.index))).not.toContain('never-to-be-logged')
    expect(city.hub.log()).not.toContain('never-to-be-logged')
  })

  test('comes with a receipt that proves its entry, and no other', async () => {
    const { body } = await pull()
    const entry = await city.entry(body.log.index)
    expect(verifyReceipt(body.log.receipt, trust(), entry)).toMatchObject({ index: body.log.index, entrySeen: true })
    expect(verifyReceipt(body.log.receipt, trust(), { ...entry, case: '2026-2' })).toContain('not the one')
  })

  test('has its receipt again later, for the system that made it and for no other', async () => {
    const { body } = await pull({ receipt: false })
    expect(body.log).toEqual({ index: expect.any(Number) })
    await pull()
    const again = await must(city.hub.call('GET', `/v1/pulls/${body.pull}`, city.desk))
    expect(again.body).toEqual({ pull: body.pull, log: { index: body.log.index, receipt: expect.any(String) } })
    const entry = await city.entry(body.log.index)
    expect(verifyReceipt(again.body.log.receipt, trust(), entry)).toMatchObject({ index: body.log.index })
    const colleague = await registerSystem(city.hub, city.office, 'other-desk')
    const refused = await city.hub.call('GET', `/v1/pulls/${body.pull}`, colleague)
    const unknown = await city.hub.call('GET', '/v1/pulls/01ARZ3NDEKTSV4RRFFQ69G5FAV', colleague)
    expect([refused.status, unknown.status]).toEqual([404, 404])
    expect({ ...refused.body, request: '' }).toEqual({ ...unknown.body, request: '' })
  })

  test('names a version that the caller keeps without its data, until there is a newer one', async () => {
    const held = [{ dataset: permits.id, key: 'P-2', version: 1 }]
    const kept = await pull({ subject: person(bob), held })
    expect(kept.body.results[0].records).toContainEqual({
      key: 'P-2',
      version: 1,
      status: 'valid',
      schemaVersion: 1,
      held: true,
    })
    await city.store(permits.id, { key: 'P-2', sequence: 2, status: 'revoked', about: [bob] })
    const renewed = await pull({ subject: person(bob), held })
    expect(renewed.body.results[0].records).toContainEqual(
      expect.objectContaining({ key: 'P-2', version: 2, status: 'revoked', data: expect.any(Object) }),
    )
  })

  test('answers claims with true, false or no record, and with nothing else', async () => {
    const verify = [
      { field: '/income', atLeast: 50 },
      { field: '/income', atLeast: 101 },
    ]
    const { body } = await pull({ verify })
    expect(body.results[0].claims).toEqual([
      { field: '/income', answer: true },
      { field: '/income', answer: false },
    ])
    expect(JSON.stringify(body.results)).not.toMatch(/"100"|:100|P-1/)
    const nobody = await pull({ verify, subject: person('110101199001010015') })
    expect(nobody.body.results[0].claims.map((claim: { answer: unknown }) => claim.answer)).toEqual([
      'no-record',
      'no-record',
    ])
    const entry = await city.entry(body.log.index)
    expect(entry.content.results).toMatchObject([{ claims: ['/income', '/income'], about: [0, 1] }])
  })

  test('of many records is answered page by page, each page a pull of its own', async () => {
    const many = await city.addSource()
    await city.agree(many.id)
    const keys = Array.from({ length: 105 }, (_, n) => `M-${100 + n}`)
    await city.store(many.id, ...keys.map(key => ({ key })))
    const page = async (more: object) => (await must(city.pull({ dataset: many.id, ...more }))).body
    const first = await page({})
    expect(first.results[0].records).toHaveLength(100)
    const second = await page({ cursor: first.results[0].next, limit: 3 })
    const third = await page({ cursor: second.results[0].next })
    const pages = [first, second, third]
    const answered = pages.flatMap(({ results }) => results[0].records.map((record: { key: string }) => record.key))
    expect(answered).toEqual(keys.toReversed())
    expect(third.results[0]).not.toHaveProperty('next')
    expect(new Set(pages.map(({ log }) => log.index)).size).toBe(3)
  })

  test('a page of a verification tells no key by its cursor, and the cursor opens for nobody else', async () => {
    const many = await city.addSource()
    await city.agree(many.id, { fields: [{ pointer: '/income', use: 'verify' }] })
    await city.store(many.id, { key: 'SECRET-1' }, { key: 'SECRET-2' }, { key: 'SECRET-2', sequence: 2, about: [bob] })
    await city.store(many.id, { key: 'SECRET-3' })
    const verify = [{ field: '/income', equals: 100 }]
    const page = (more: object) => city.pull({ dataset: many.id, verify, limit: 1, ...more })
    const first = await must(page({}))
    const { next } = first.body.results[0]
    expect(Buffer.from(next, 'base64url').toString('latin1')).not.toContain('SECRET')
    expect(first.text).not.toContain('SECRET')
    const second = await must(page({ cursor: next }))
    expect(second.body.results[0]).not.toHaveProperty('next')
    expect((await page({ cursor: next, subject: person(bob) })).body.code).toBe('CURSOR_INVALID')
    expect((await page({ cursor: Buffer.from('"SECRET-3"').toString('base64url') })).body.code).toBe('CURSOR_INVALID')
  })
})

describe('a refused pull', () => {
  test('is 403 with the code, the way out, and where it stands in the log', async () => {
    const closed = await city.addSource()
    const { status, headers, body } = await city.pull({ dataset: closed.id })
    expect(status).toBe(403)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(body).toMatchObject({
      code: 'AGREEMENT_MISSING',
      detail: expect.stringContaining('POST /v1/agreements'),
      wayOut: { en: expect.stringContaining('POST /v1/agreements'), zh: expect.stringMatching(/[\u4e00-\u9fff]/) },
      pull: expect.any(String),
      log: { index: expect.any(Number), receipt: expect.any(String) },
    })
    const entry = await city.entry(body.log.index)
    expect(entryViolations(entry as never)).toEqual([])
    expect(entry).toMatchObject({ decision: 'refuse', code: 'AGREEMENT_MISSING', about: [person(alice)] })
    expect(verifyReceipt(body.log.receipt, trust(), entry)).toMatchObject({ index: body.log.index })
  })

  test('is the same to the byte whether or not there is a record, but for ids and receipts', async () => {
    const closed = await city.addSource()
    await city.agree(closed.id, { basis: { type: 'consent' } })
    await city.store(closed.id, { key: 'P-7', about: [alice, bob] })
    const blind = async (id: string) => {
      const { status, text, body } = await city.pull({ dataset: closed.id, subject: person(id) })
      const ids = [body.pull, body.request, body.log.receipt, String(body.log.index)]
      const masked = ids.reduce((left, id) => left.replaceAll(JSON.stringify(id).slice(1, -1), '*'), text)
      const entry = JSON.stringify(await city.entry(body.log.index))
      return { status, masked, logged: entry.replaceAll(id, '*').length }
    }
    const [withRecord, without] = [await blind(alice), await blind(carol)]
    expect(withRecord.status).toBe(403)
    expect(withRecord.masked).toBe(without.masked)
  })

  test('for want of consent succeeds once it is given, spends it once, and is refused when it is used up', async () => {
    const consented = await city.addSource()
    await city.agree(consented.id, { basis: { type: 'consent' } })
    await city.store(consented.id, { key: 'P-8' })
    const codes: unknown[] = []
    const once = async () => {
      const { status, body } = await city.pull({ dataset: consented.id })
      codes.push(status === 200 ? body.results[0].basis.type : body.code)
    }
    await once()
    await takeConsent(city, [consented.id], { uses: 2 })
    await once()
    await once()
    await once()
    expect(codes).toEqual(['CONSENT_MISSING', 'consent', 'consent', 'CONSENT_USED_UP'])
  })

  test('that could not be decided is logged too, without the id that is none', async () => {
    const nobody = '110105194912310021'
    const { status, body } = await pull({ subject: person(nobody) })
    expect([status, body.code, body.pointer]).toEqual([422, 'SUBJECT_INVALID', '/subject/id'])
    const entry = (await parsedEntries(city.hub.database.pool, 'pull')).at(-1)!
    expect(entryViolations(entry)).toEqual([])
    expect(entry).toMatchObject({ decision: 'refuse', code: 'SUBJECT_INVALID', about: [] })
    expect(JSON.stringify(entry)).not.toContain(nobody)
    expect(city.hub.log()).not.toContain(nobody)
  })

  test.each([
    ['/district', { district: '999999' }],
    ['/case', { case: 'line\nbreak' }],
    ['/secret', { secret: true }],
    ['/verify/0', { verify: [{ field: '/income', like: '1%' }] }],
    ['/held/0/version', { held: [{ dataset: 'a', key: 'K', version: -1 }] }],
  ])('at %s is told the spot', async (pointer, more) => {
    const { status, body } = await pull(more)
    expect([status, body.code]).toEqual([400, 'BODY_INVALID'])
    expect(body.pointer).toContain(pointer)
  })

  test('from a district of before is told which it was and until when, one of no district that there is none', async () => {
    const { body } = await pull({ district: '310103' })
    expect([body.code, body.pointer]).toEqual(['BODY_INVALID', '/district'])
    expect(body.detailZh).toContain('卢湾区')
    expect(body.detail).toContain('2010')
    expect((await pull({ district: '999999' })).body.detailZh).toContain('没有使用')
    const entry = (await parsedEntries(city.hub.database.pool, 'pull')).at(-1)!
    expect(entryViolations(entry)).toEqual([])
  })

  test('of a person or a steward is none: only systems pull', async () => {
    for (const who of ['alice', 'auditor', 'hub/operator']) {
      expect((await pull({}, who)).body).toMatchObject({ status: 403, code: 'NOT_ALLOWED' })
    }
    expect((await city.hub.call('POST', '/v1/pulls', undefined, {})).status).toBe(401)
  })
})

test('pulls at once are answered each with its own, and one too large for the log harms no other', async () => {
  const keys = Array.from({ length: 100 }, (_, n) => `${'K'.repeat(190)}-${n}`)
  const large = await city.addSource()
  await city.agree(large.id)
  const crowd = '110101198501010017'
  await city.store(
    large.id,
    ...keys.map(key => ({ key, about: [crowd, ...Array.from({ length: 12 }, (_, n) => residentOf(n, key))] })),
  )
  const bodies = Array.from({ length: 24 }, (_, n) => (n === 7 ? { dataset: large.id, subject: person(crowd) } : {}))
  const answers = await Promise.all(bodies.map(body => pull(body)))
  expect(answers.map(({ status }) => status)).toEqual(bodies.map((_, n) => (n === 7 ? 422 : 200)))
  expect(answers[7]!.body.code).toBe('LOG_ENTRY_TOO_LARGE')
  const indexes = answers.filter(({ status }) => status === 200).map(({ body }) => body.log.index)
  expect(new Set(indexes).size).toBe(23)
  const less = await city.pull({ dataset: large.id, subject: person(crowd), limit: 10 })
  expect([less.status, less.body.results[0].records.length]).toEqual([200, 10])
})

/** Not a valid id: only its length counts here, and the registry does not look. */
const residentOf = (n: number, key: string) => `${key.split('-')[1]}0${n + 10}`.padStart(18, '1')

test(`a purpose other than the agreed one (${purpose}) is refused`, async () => {
  expect((await pull({ purpose: 'curiosity' })).body).toMatchObject({ status: 403, code: 'PURPOSE_NOT_COVERED' })
})

test('a pull that fails by a fault of the hub is told without details, and stands in the log as failed', async () => {
  const source = await city.addSource()
  await city.agree(source.id)
  await city.hub.database.pool.query(`update agreement set terms = '{}' where dataset = $1`, [source.id])
  const { status, body } = await city.pull({ dataset: source.id })
  expect({ status, code: body.code }).toEqual({ status: 500, code: 'INTERNAL' })
  expect(JSON.stringify(body)).not.toContain(alice)
  const entry = (await parsedEntries(city.hub.database.pool)).at(-1)!
  expect(entry).toMatchObject({
    kind: 'pull',
    decision: 'fail',
    code: 'INTERNAL',
    about: [{ type: 'person', id: alice }],
  })
  expect(entryViolations(entry)).toEqual([])
})
