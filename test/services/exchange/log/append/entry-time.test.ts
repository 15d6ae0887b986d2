/** Keeps out: an entry whose time is before the one before it, and one whose wrong clock shuts out all that come after it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createAccessLog } from '../../../../../services/exchange/log/append/create-access-log.ts'
import { clockSkew, timeOf } from '../../../../../services/exchange/log/append/entry-time.ts'
import { LogUnavailable } from '../../../../../services/exchange/log/tree/log-unavailable.ts'
import { type AuditedLog, openAuditedLog } from '../../../../support/audited-log.ts'
import { pullDraft } from '../../../../support/log-drafts.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

const minute = 60_000
const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-01-02'), noInvalidDate: true })

test('whatever the clocks say, times rise, no entry is further from its clock than the skew, and none ahead of PostgreSQL’s', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ now: instant, database: instant }), { maxLength: 50 }), clocks => {
      let last: Date | undefined
      for (const { now, database } of clocks) {
        const at = timeOf({ now, last, database })
        if (!(at instanceof Date)) continue
        expect(at.getTime()).toBeGreaterThanOrEqual(last?.getTime() ?? 0)
        expect(at.getTime() - now.getTime()).toBeLessThanOrEqual(clockSkew)
        expect(now.getTime() - database.getTime()).toBeLessThanOrEqual(clockSkew)
        last = at
      }
    }),
  )
})

let audited: AuditedLog
beforeAll(async () => {
  audited = await openAuditedLog()
})
afterAll(() => audited.close())

/** Another hub on the same log, whose clock is off by so many minutes. */
const hubOff = (minutes: number) =>
  createAccessLog({ ...audited.log.options, now: () => new Date(Date.now() + minutes * minute) })

const append = (hub: ReturnType<typeof hubOff>, repeatable = false) =>
  hub.commitWith(async (_, record) => record(pullDraft(1)), { repeatable })

async function times(): Promise<number[]> {
  return (await parsedEntries(audited.database.pool)).map(({ at }) => Date.parse(at))
}

test('a clock that is behind the newest entry takes that entry’s time; one that is far behind is refused, and readiness says so', async () => {
  await append(hubOff(0))
  await append(hubOff(-10))
  const [first, second] = await times()
  expect(second).toBe(first)
  const late = hubOff(-20)
  await expect(append(late)).rejects.toThrow("the hub's clock is 20 minutes behind the newest log entry")
  await expect(append(late)).rejects.toBeInstanceOf(LogUnavailable)
  await expect(late.verifyClock()).rejects.toBeInstanceOf(LogUnavailable)
  await expect(hubOff(0).verifyClock()).resolves.toBeUndefined()
  expect(await times()).toHaveLength(2)
})

test('a clock that runs ahead of PostgreSQL’s is refused, also where the head is not read', async () => {
  let minutes = 0
  const hub = createAccessLog({ ...audited.log.options, now: () => new Date(Date.now() + minutes * minute) })
  await append(hub)
  minutes = 20
  await expect(append(hub, true)).rejects.toThrow("the hub's clock is 20 minutes ahead of the database's")
  await expect(append(hub)).rejects.toThrow("the hub's clock is 20 minutes ahead of the database's")
  await expect(hub.verifyClock()).rejects.toBeInstanceOf(LogUnavailable)
  minutes = 0
  await append(hub, true)
  expect(await times()).toHaveLength(4)
})

test('after a spell in which both clocks ran ahead an operator lets the log go on, which is an entry, and searches find both sides', async () => {
  const continueLog = (as: string) =>
    audited.server.call('POST', '/v1/access-log/continuations', as, { step: 'clock', reason: '时钟曾超前' })
  expect((await continueLog('operator')).json()).toMatchObject({ code: 'STATE_CONFLICT' })
  await audited.append(300)
  // As if PostgreSQL had agreed that it is next year.
  const nextYear = 365 * 24 * 60
  await append(
    createAccessLog({ ...audited.log.options, clockSkew: 1e12, now: () => new Date(Date.now() + nextYear * minute) }),
  )
  const wrong = (await times()).at(-1)!
  const before = (await times()).length
  await expect(append(hubOff(0))).rejects.toBeInstanceOf(LogUnavailable)
  expect((await continueLog('auditor')).status).toBe(403)
  expect((await continueLog('operator')).json()).toEqual({
    step: 'clock',
    index: before,
    newest: new Date(wrong).toISOString(),
  })
  await audited.append(600)
  const search = async (from: number, until: number) => {
    const span = { from: new Date(from).toISOString(), until: new Date(until).toISOString() }
    const { items } = (
      await audited.server.call('POST', '/v1/access-log/searches', 'auditor', { ...span, limit: 200 })
    ).json()
    return items.map(({ index }: { index: number }) => index)
  }
  expect(await search(wrong - minute, wrong + minute)).toEqual([before - 1])
  expect((await search(Date.now() - 5 * minute, Date.now() + minute))[0]).toBeGreaterThan(before + 500)
  expect(await audited.verify()).toMatchObject({ checkpoint: expect.anything() })
})
