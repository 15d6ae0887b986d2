/** Keeps out: entries of today that go with the retention, because a wrong clock had left an older time after them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createAccessLog } from '../../../../services/exchange/log/append/create-access-log.ts'
import { prune } from '../../../../services/exchange/log/keeping/prune-log.ts'
import { readEntries } from '../../../../services/exchange/log/tree/entry-store.ts'
import { type AuditedLog, openAuditedLog } from '../../../support/audited-log.ts'
import { pullDraft } from '../../../support/log-drafts.ts'
import { forgeTimes } from '../../../support/packed-log.ts'

const day = 86_400_000
const days = 1_096
const bundles = 6
const size = bundles * 256

let audited: AuditedLog
beforeAll(async () => {
  audited = await openAuditedLog()
})
afterAll(() => audited.close())

/** A log of this size, by a hub that has committed nothing else. */
async function appendAnew() {
  for (const table of ['batch', 'node', 'tile']) await audited.asSuperuser(`delete from access_log_${table}`)
  await audited.asSuperuser('update access_log_retention set minimum_index = 0')
  await audited.asSuperuser("update access_log_head set size = 0, edge = '', checkpoint = '', at = null")
  const accessLog = createAccessLog(audited.log.options)
  await accessLog.commitWith(async (_, record) => {
    for (let i = 0; i < size; i += 1) record(pullDraft(i))
  })
  return { ...audited.server.hub, accessLog }
}

/** Stretches of entries, each with its age in days: whatever order they come in. */
const stretches = fc.array(
  fc.record({ length: fc.integer({ min: 1, max: 500 }), age: fc.integer({ min: 0, max: 2 * days }) }),
  { minLength: 1, maxLength: 8 },
)

test('never does an entry go that is younger than the retention, whatever times stand after it', async () => {
  await fc.assert(
    fc.asyncProperty(stretches, async made => {
      const hub = await appendAnew()
      let from = 0
      const times = new Array<Date>(size).fill(new Date())
      for (const { length, age } of made) {
        const to = Math.min(from + length, size)
        times.fill(new Date(Date.now() - age * day), from, to)
        from = to
      }
      const limit = new Date(Date.now() - days * day)
      await forgeTimes(audited.asSuperuser, times)
      await prune(hub, days)
      const firstYoung = times.findIndex(at => at >= limit)
      const kept = (await readEntries(audited.database.pool, 0, size)).map(({ index }) => index)
      const { rows } = await audited.asSuperuser('select minimum_index as minimum from access_log_retention')
      const minimum = Math.floor((firstYoung < 0 ? size : firstYoung) / 256) * 256
      expect(Number(rows[0].minimum)).toBe(minimum)
      expect(kept).toEqual(Array.from({ length: size - minimum }, (_, n) => minimum + n))
    }),
    { numRuns: 15 },
  )
}, 120_000)
