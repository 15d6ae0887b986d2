import { afterEach, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../../../../services/contract/canonical-json.ts'
import { createLog } from '../../../../../../services/contract/log.ts'
import { type Checker, createChecker } from '../../../../../../services/exchange/records/schemas/checking/checker.ts'
import type { CheckRequest } from '../../../../../../services/exchange/records/schemas/checking/request.ts'
import { fingerprintOf } from '../../../../../../services/exchange/records/schemas/schema-version.ts'
import { eventually } from '../../../../../support/eventually.ts'

let checker: Checker
afterEach(() => checker?.close())
const open = (milliseconds?: number) => {
  checker = createChecker({ log: createLog('test', 'silent'), ...(milliseconds && { milliseconds }) })
  return checker
}

const earlier = (schema: JsonObject) => ({
  version: 1,
  fingerprint: fingerprintOf(schema),
  schema: JSON.stringify(schema),
})
const request = (schema: JsonObject, old?: JsonObject, more: Partial<CheckRequest> = {}): CheckRequest => ({
  dataset: 'a.b',
  schema: JSON.stringify(schema),
  versions: old ? [earlier(old)] : [],
  mode: 'BACKWARD',
  profile: 'strict',
  listing: 'always',
  ...more,
})

/** Patterns whose automata multiply: nothing that the guard could refuse, and far too much to finish at once. */
const slow = (length: number): JsonObject => ({
  allOf: Array.from({ length: 99 }, (_, i) => ({ pattern: `[ab]*a[ab]{${length + (i % 50)}}${'ab'[i % 2]}$` })),
})

describe('the checking thread', () => {
  test('answers in the order asked', async () => {
    const { check } = open()
    const answers = await Promise.all([
      check(request({ type: 'string' }, { type: 'string', maxLength: 3 })),
      check(request({ $async: true })),
      check(request({ type: 'integer' }, { type: 'string' })),
    ])
    expect(answers).toMatchObject([
      { checked: { verdict: 'compatible' } },
      { violations: [{ keyword: '$async' }] },
      { checked: { verdict: 'incompatible' } },
    ])
  })

  test('is sent an earlier version once, and asks for one that it does not know', async () => {
    const { check } = open()
    const { version, fingerprint, schema } = earlier({ type: 'string', maxLength: 7 })
    const [named, sent] = [
      { version, fingerprint },
      { version, fingerprint, schema },
    ]
    const next = (versions: CheckRequest['versions']) => check(request({ type: 'string' }, undefined, { versions }))
    expect(await next([named])).toBe('unread')
    expect(await next([sent])).toMatchObject({ checked: { verdict: 'compatible' } })
    expect(await next([named])).toMatchObject({ checked: { verdict: 'compatible' } })
  })

  test('knows what is to be registered as an earlier version from then on', async () => {
    const { check } = open()
    const { version, fingerprint } = earlier({ type: 'string', maxLength: 8 })
    await check(request({ type: 'string', maxLength: 8 }, undefined, { fingerprint }))
    const answer = await check(request({ type: 'integer' }, undefined, { versions: [{ version, fingerprint }] }))
    expect(answer).toMatchObject({ checked: { verdict: 'incompatible' } })
  })

  test('gives up what takes too long, and goes on', async () => {
    const { check } = open(50)
    expect(await check(request(slow(12), slow(13)))).toBe('exhausted')
    const small = request({ type: 'string' }, { type: 'string' })
    const answer = await eventually(async () => {
      const found = await check(small)
      return found !== 'exhausted' && found
    })
    expect(answer).toMatchObject({ checked: { verdict: 'compatible' } })
  })

  test('is worth no more memory than its limit: what takes more is given up, and the hub goes on', async () => {
    const { check } = open(60_000)
    const record = JSON.stringify({ list: Array.from({ length: 200_000 }, (_, i) => ({ i, text: `item ${i}` })) })
    const records = Array.from({ length: 40 }, () => record)
    const unique = request({ properties: { list: { uniqueItems: true } } }, undefined, { records })
    expect(await check(unique)).toBe('exhausted')
    expect(await check(request({ type: 'string' }))).toMatchObject({ checked: { verdict: 'compatible' } })
  })

  test('judges records, and counts the reasons by place', async () => {
    const records = [{ list: [1, 'x'] }, { list: ['y'] }, { list: [] }].map(record => JSON.stringify(record))
    const answer = await open().check(
      request({ properties: { list: { items: { type: 'integer' } } } }, undefined, { records }),
    )
    expect(answer).toMatchObject({
      judged: { rejected: 2, reasons: [{ pointer: '/list/*', keyword: 'type', records: 2 }] },
    })
  })

  test('judges records by the codes that stewards have named as lawful', async () => {
    const records = [JSON.stringify('91350203M0001QQ7XX')]
    const code = request({ type: 'string', format: 'uscc' }, undefined, { records })
    const { check } = open()
    expect(await check(code)).toMatchObject({ judged: { rejected: 1 } })
    expect(await check({ ...code, exceptions: ['91350203M0001QQ7XX'] })).toMatchObject({ judged: { rejected: 0 } })
  })
})
