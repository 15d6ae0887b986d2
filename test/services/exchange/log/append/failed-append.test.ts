/** Keeps out: an answer whose entry is not there, and a batch that suffers from the one before it. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createAccessLog } from '../../../../../services/exchange/log/append/create-access-log.ts'
import { asSuperuser } from '../../../../../services/local/databases.ts'
import { type AuditedLog, openAuditedLog } from '../../../../support/audited-log.ts'
import { pullDraft } from '../../../../support/log-drafts.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

let audited: AuditedLog
beforeEach(async () => {
  audited = await openAuditedLog()
})
afterEach(() => audited.close())

test('an append that fails answers none of its pulls, and the batch that was made to follow it is appended all the same', async () => {
  const accessLog = createAccessLog(audited.log.options)
  const append = (...cases: string[]) =>
    accessLog.commitWith(
      async (_, record) => {
        for (const one of cases) record(pullDraft(0, { case: one }))
      },
      { repeatable: true },
    )
  await append('before')
  await asSuperuser(audited.database.ownerUrl, owner =>
    owner.query('alter table access_log_batch add constraint not_three check (size <> 3)'),
  )
  const [failed, next] = await Promise.allSettled([append('a', 'b', 'c'), append('next')])
  expect(failed).toMatchObject({ status: 'rejected', reason: { constraint: 'not_three' } })
  expect(next).toMatchObject({ status: 'fulfilled', value: { appended: [{ index: 1 }] } })
  await append('after')
  const entries = await parsedEntries<{ index: number; case: string }>(audited.database.pool)
  expect(entries.map(({ index, case: of }) => [index, of])).toEqual([
    [0, 'before'],
    [1, 'next'],
    [2, 'after'],
  ])
  expect(await audited.verify()).toMatchObject({ entriesRead: 3 })
})

test('the head moves from the one that is named alone, and to no time ahead of the clock: two SQLSTATEs say which', async () => {
  await audited.append(2)
  const { pool } = audited.database
  const { rows } = await pool.query('select size, edge, checkpoint from access_log_head')
  const { size, edge, checkpoint } = rows[0]!
  const advance = (from: unknown[], at: Date) =>
    pool.query('select advance_access_log_head($1, $2, $3, 9, $2, $3, $4, 1000)', [...from, at])
  const now = new Date()
  for (const from of [
    [1, edge, checkpoint],
    [size, Buffer.alloc(32), checkpoint],
    [size, edge, 'another'],
  ])
    await expect(advance(from, now)).rejects.toMatchObject({ code: 'LH001' })
  const ahead = new Date(now.getTime() + 60_000)
  await expect(advance([size, edge, checkpoint], ahead)).rejects.toMatchObject({ code: 'LH002' })
  expect((await pool.query('select size, edge, checkpoint from access_log_head')).rows).toEqual(rows)
  await advance([size, edge, checkpoint], now)
  expect((await pool.query('select size from access_log_head')).rows).toEqual([{ size: 9 }])
})
