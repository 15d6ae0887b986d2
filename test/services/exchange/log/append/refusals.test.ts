/**
 * Keeps out: a refusal at the door (closed body, size, not JSON, role, token) that leaves no entry, and a flood of them that
 * floods the log, or tells of a person.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { createLog } from '../../../../../services/contract/log.ts'
import { openDoorLog } from '../../../../../services/exchange/log/append/open-door-log.ts'
import { createRefusals, mostOwnEntries, ownEntries } from '../../../../../services/exchange/log/append/refusals.ts'
import type { Parts } from '../../../../../services/exchange/parts.ts'
import type { Refusal } from '../../../../../services/exchange/platform/http/access.ts'
import type { Caller } from '../../../../../services/exchange/platform/identity/caller.ts'
import { type AttackedHub, openAttackedHub } from '../../../../support/attacked-hub.ts'
import { entryViolations } from '../../../../support/entry-schemas.ts'
import { eventually } from '../../../../support/eventually.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

const callerNamed = (id: string): Caller => ({ id, kind: 'system', department: id.split('/')[0]!, roles: ['system'] })
const refusal = fc.record({
  caller: fc.option(fc.constantFrom('a/one', 'a/two', 'b/one').map(callerNamed), { nil: undefined }),
  code: fc.constantFrom('BODY_INVALID', 'NOT_ALLOWED', 'TOKEN_INVALID'),
  method: fc.constant('POST'),
  route: fc.constant('/v1/pulls'),
}) as fc.Arbitrary<Refusal>
const start = Date.parse('2026-03-01T00:00:00Z')
const countIn = (drafts: { content: object }[]) =>
  drafts.reduce((sum, { content }) => sum + (content as { count: number }).count, 0)

test('whatever comes, every refusal is counted once, and each caller has few entries a minute', () => {
  const steps = fc.array(fc.tuple(refusal, fc.nat(20), fc.nat(4)), { maxLength: 120 })
  fc.assert(
    fc.property(steps, history => {
      const refusals = createRefusals()
      const alike = new Map<string, number>()
      let now = start
      const drafts = history.flatMap(([one, seconds, times]) => {
        now += seconds * 1_000
        for (let time = 0; time <= times * 5; time += 1) refusals.note(one, new Date(now))
        const kind = `${one.caller?.id ?? ''} ${one.code} ${Math.floor(now / 60_000)}`
        alike.set(kind, (alike.get(kind) ?? 0) + times * 5 + 1)
        return seconds % 2 ? refusals.take(new Date(now)) : []
      })
      drafts.push(...refusals.take(new Date(now), true))
      expect(countIn(drafts)).toBe(history.reduce((sum, [, , times]) => sum + times * 5 + 1, 0))
      const entriesOf = ([kind, count]: [string, number]) =>
        kind.startsWith(' ') ? 1 : Math.min(count, ownEntries + 1)
      const most = [...alike].reduce((sum, one) => sum + entriesOf(one), 0)
      expect(drafts.length).toBeLessThanOrEqual(most)
      for (const { caller, content } of drafts) if (caller === 'anonymous') expect(content).not.toHaveProperty('route')
    }),
    { numRuns: 300 },
  )
})

test('a flood from ever new callers has no more entries of its own than a minute may have', () => {
  const refusals = createRefusals()
  for (let at = 0; at < 20_000; at += 1) {
    refusals.note({ caller: callerNamed(`d/${at}`), code: 'NOT_ALLOWED', method: 'GET', route: '/' }, new Date(start))
  }
  expect(refusals.take(new Date(start))).toHaveLength(mostOwnEntries)
  expect(countIn(refusals.take(new Date(start), true))).toBe(20_000 - mostOwnEntries)
})

test('while the log cannot be written, refusals wait, and are written once it can', async () => {
  const written: object[] = []
  let isDown = true
  const accessLog = {
    commitWith: async (work: (tx: unknown, record: (draft: object) => void) => Promise<unknown>) => {
      if (isDown) throw new Error('no log')
      await work(undefined, draft => written.push(draft))
    },
  }
  const now = () => new Date(start)
  const door = openDoorLog({ accessLog, log: createLog('test', 'silent'), now } as unknown as Parts)
  door.refused({ caller: callerNamed('a/one'), code: 'BODY_NOT_JSON', method: 'POST', route: '/v1/pulls' })
  await new Promise(resolve => setTimeout(resolve, 1_200))
  expect(written).toEqual([])
  isDown = false
  await door.close()
  expect(written).toMatchObject([{ kind: 'refusal', caller: 'a/one', code: 'BODY_NOT_JSON', content: { count: 1 } }])
})

test('while the log hangs one attempt at most waits, however long, and the end of the process for two', async () => {
  jest.useFakeTimers()
  try {
    let attempts = 0
    const commitWith = async () => {
      attempts += 1
      await new Promise(resolve => setTimeout(resolve, 20_000))
      throw new Error('no log')
    }
    const now = () => new Date(start)
    const door = openDoorLog({ accessLog: { commitWith }, log: createLog('test', 'silent'), now } as unknown as Parts)
    door.refused({ caller: callerNamed('a/one'), code: 'BODY_NOT_JSON', method: 'POST', route: '/v1/pulls' })
    await jest.advanceTimersByTimeAsync(18_000)
    let isClosed = false
    void door.close().then(() => {
      isClosed = true
    })
    await jest.advanceTimersByTimeAsync(40_000)
    expect([attempts, isClosed]).toEqual([2, true])
  } finally {
    jest.useRealTimers()
  }
})

let hub: AttackedHub
beforeAll(async () => {
  hub = await openAttackedHub({ DATARUN_INGEST: 'false' })
})
afterAll(() => hub?.close())

const secret = '11010519491231002X'

test('a closed body, what is no JSON, too large a body and a right that is missing are entries, named, without the body', async () => {
  const system = `${hub.user}/registry`
  await hub.call('POST', '/v1/pulls', system, { [secret]: secret })
  await hub.call('POST', '/v1/pulls', system, { subject: { type: 'person', id: 'x'.repeat(1_100_000) } })
  await hub.call('GET', `/v1/access-log/entries?case=${secret}`, system)
  const token = await hub.tokenOf(system)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  await fetch(`${hub.exchange.address}/v1/pulls`, { method: 'POST', headers, body: `{"${secret}` })
  await hub.call('GET', '/v1/me')
  await hub.call('GET', '/v1/me', undefined, undefined, { authorization: `Bearer ${secret}` })
  const found = await eventually(async () => {
    const answer = await hub.call('GET', `/v1/access-log/entries?kind=refusal&system=${system}`, 'an-auditor')
    return answer.body.items.length === 4 && answer
  })
  expect(found.text).not.toContain('1949')
  const told = found.body.items.map(({ code, content }: { code: string; content: { route: string } }) => [
    code,
    content.route,
  ])
  expect(told.toSorted()).toEqual([
    ['BODY_INVALID', '/v1/pulls'],
    ['BODY_NOT_JSON', '/v1/pulls'],
    ['BODY_TOO_LARGE', '/v1/pulls'],
    ['NOT_ALLOWED', '/v1/access-log/entries'],
  ])
  for (const entry of found.body.items) expect(entryViolations(entry)).toEqual([])
})

test('refusals without a valid token are counted, by code, when the hub stops at the latest', async () => {
  const { pool } = hub.database
  await hub.exchange.stop()
  const all = await parsedEntries<{ caller: string; code: string }>(pool, 'refusal')
  const entries = all.filter(({ caller }) => caller === 'anonymous')
  expect(new Set(entries.map(({ code }) => code))).toEqual(new Set(['TOKEN_MISSING', 'TOKEN_INVALID']))
  expect(JSON.stringify(entries)).not.toContain('1949')
})
