/** Keeps out: entries of today that go with the retention, because a wrong clock had left an older time after them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createAccessLog } from '../../../../services/exchange/log/append/create-access-log.ts'
import { prune } from '../../../../services/exchange/log/keeping/prune-log.ts'
import { type AuditedLog, openAuditedLog } from '../../../support/audited-log.ts'
import { pullDraft } from '../../../support/log-drafts.ts'

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
  for (const table of ['entry', 'subject', 'node', 'tile']) await audited.asSuperuser(`delete from access_log_${table}`)
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
      for (const { length, age } of made) {
        const to = Math.min(from + length, size)
        await audited.asSuperuser('update access_log_entry set at = $3 where index >= $1 and index < $2', [
          from,
          to,
          new Date(Date.now() - age * day),
        ])
        from = to
      }
      const limit = new Date(Date.now() - days * day)
      const young = await audited.asSuperuser('select index from access_log_entry where at >= $1 order by index', [
        limit,
      ])
      await prune(hub, days)
      const left = await audited.asSuperuser('select index from access_log_entry where at >= $1 order by index', [
        limit,
      ])
      expect(left.rows.filter(({ index }) => Number(index) < size)).toEqual(young.rows)
      const firstYoung = Number(young.rows[0]?.index ?? size)
      const { rows } = await audited.asSuperuser('select minimum_index as minimum from access_log_retention')
      expect(Number(rows[0].minimum)).toBe(Math.floor(firstYoung / 256) * 256)
    }),
    { numRuns: 15 },
  )
}, 120_000)
