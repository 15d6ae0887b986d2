/** Keeps out: a log that a newer version reads differently from the one that wrote it. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { packFormerLog } from '../../../../../services/exchange/log/append/pack-former-log.ts'
import { packLog } from '../../../../../services/exchange/log/append/pack-log.ts'
import { firstIndexAt, readStretches } from '../../../../../services/exchange/log/reading/timeline-store.ts'
import { rootAt } from '../../../../../services/exchange/log/tree/prove-entries.ts'
import { type AuditedLog, openAuditedLog } from '../../../../support/audited-log.ts'
import { migrateAgain, unpackLog } from '../../../../support/former-log.ts'
import { entriesOf, forgeTexts } from '../../../../support/packed-log.ts'

let audited: AuditedLog
beforeEach(async () => {
  audited = await openAuditedLog()
})
afterEach(() => audited.close())

const said: object[] = []
const pack = () => {
  const log = { info: (more: object) => void said.push(more) }
  return packFormerLog({ pool: audited.database.pool, log: log as never, now: () => new Date() })
}
const rows = async () =>
  (await audited.database.pool.query('select first, size, at from access_log_batch order by first')).rows
const rootNow = async () => {
  const { rows } = await audited.asSuperuser('select size::int from access_log_head')
  return (await rootAt(audited.database.pool, rows[0].size)).toString('base64')
}

test('a former log has the same entries and the same root once it is packed, in rows of one bundle each, and goes on', async () => {
  await audited.append(1, 5, 300, 2)
  const before = { entries: await entriesOf(audited.database.pool), root: await rootNow() }
  await unpackLog(audited)
  expect(await migrateAgain(audited)).toEqual(['0037_former_log.sql'])
  expect(await entriesOf(audited.database.pool)).toEqual([])
  said.length = 0
  await pack()
  expect({ entries: await entriesOf(audited.database.pool), root: await rootNow() }).toEqual(before)
  expect((await rows()).map(({ first, size }) => [first, size])).toEqual([
    [0, 64],
    [64, 64],
    [128, 64],
    [192, 64],
    [256, 52],
  ])
  expect(said[0]).toEqual({ entries: 308 })
  await audited.append(300)
  expect(await audited.verify()).toMatchObject({ checkpoint: { size: expect.any(Number) } })
  await pack()
})

test('bundles past their retention stay gone, and what was tampered with before is named as before', async () => {
  await audited.append(256, 256, 88)
  await packLog(audited.database.pool)
  await audited.asSuperuser('delete from access_log_batch where first < 256')
  await audited.asSuperuser('update access_log_retention set minimum_index = 256')
  await forgeTexts(audited.asSuperuser, (entry, index) => (index === 300 ? entry.replace('u-3381', 'u-0000') : entry))
  await unpackLog(audited)
  await migrateAgain(audited)
  await pack()
  expect((await rows()).map(({ first, size }) => [first, size])).toEqual([
    [256, 64],
    [320, 64],
    [384, 64],
    [448, 64],
    [512, 64],
    [576, 24],
  ])
  expect(await audited.verify({ minimumIndex: 256 })).toMatchObject({ problem: 'entry-changed', index: 300 })
})

test('entries of several times in one row are found by their own, also where a clock was set back', async () => {
  await audited.append(100)
  await unpackLog(audited)
  // Ten seconds an entry; from entry 60 on, by an operator's act, an hour earlier.
  const start = Date.parse('2026-11-20T08:00:00Z')
  const timeOf = (index: number) => new Date(start + index * 10_000 - (index < 60 ? 0 : 3_600_000)).toISOString()
  for (let index = 0; index < 100; index += 1)
    await audited.asSuperuser(
      `update access_log_entry set at = $2::timestamptz,
       entry = regexp_replace(entry, '"at":"[^"]*"', '"at":"' || $2::text || '"') where index = $1`,
      [index, timeOf(index)],
    )
  await audited.asSuperuser("insert into access_log_continuation (index, step) values (60, 'clock')")
  await migrateAgain(audited)
  await pack()
  expect((await rows()).map(({ first, size }) => [first, size])).toEqual([
    [0, 60],
    [60, 4],
    [64, 36],
  ])
  expect((await rows()).map(({ at }) => at.toISOString())).toEqual([timeOf(59), timeOf(63), timeOf(99)])
  const stretches = await readStretches(audited.database.pool)
  const found = (stretch: number, time: string) =>
    firstIndexAt(audited.database.pool, stretches[stretch]!, Date.parse(time))
  expect(await Promise.all([found(0, timeOf(0)), found(0, timeOf(20)), found(0, timeOf(59))])).toEqual([0, 20, 59])
  expect(await Promise.all([found(1, timeOf(60)), found(1, timeOf(85))])).toEqual([60, 85])
  expect(await found(0, '2026-11-21T00:00:00Z')).toBe(60)
})
