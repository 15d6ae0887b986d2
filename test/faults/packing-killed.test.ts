/** Promises 3 and 7 while a former log is packed: SIGKILL around every statement that writes, and whoever comes next goes on. */
import { spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createLog } from '../../services/contract/log.ts'
import { createAccessLog } from '../../services/exchange/log/append/create-access-log.ts'
import { packFormerLog } from '../../services/exchange/log/append/pack-former-log.ts'
import { type AuditedLog, openAuditedLog } from '../support/audited-log.ts'
import { migrateAgain, unpackLog } from '../support/former-log.ts'
import { pullDraft } from '../support/log-drafts.ts'
import { entriesOf } from '../support/packed-log.ts'
import type { PackerPlan } from './log-packer-steps.ts'

/** One transaction looks, two pack 8,192 at most, and a fourth drops the table. */
const size = 9_000

let audited: AuditedLog
let entries: string[]
beforeEach(async () => {
  audited = await openAuditedLog()
  const accessLog = createAccessLog(audited.log.options)
  await accessLog.commitWith(async (_, record) => {
    for (let i = 0; i < size; i += 1) record(pullDraft(i))
  })
  entries = await entriesOf(audited.database.pool)
  await unpackLog(audited)
  await migrateAgain(audited)
}, 60_000)
afterEach(() => audited.close())

async function runUntilKilled(plan: Omit<PackerPlan, 'url'>): Promise<void> {
  const packer = new URL('./log-packer.ts', import.meta.url).pathname
  const words = [packer, JSON.stringify({ ...plan, url: audited.database.url })]
  const child = spawn(process.execPath, words, { stdio: 'inherit' })
  expect(await new Promise(resolve => child.on('close', (_, how) => resolve(how)))).toBe('SIGKILL')
}

const insert = 'insert into access_log_batch'
const drop = 'drop_unpacked_access_log'

test.each([
  { transaction: 2, statement: insert, when: 'before' },
  { transaction: 3, statement: insert, when: 'after' },
  { transaction: 2, statement: 'commit', when: 'as it is sent' },
  { transaction: 2, statement: 'commit', when: 'after' },
  { transaction: 3, statement: 'commit', when: 'as it is sent' },
  { transaction: 4, statement: drop, when: 'before' },
  { transaction: 4, statement: drop, when: 'after' },
  { transaction: 4, statement: 'commit', when: 'as it is sent' },
] as const)('killed in transaction $transaction, $when $statement: the next process packs the rest', async plan => {
  await runUntilKilled(plan)
  const { pool } = audited.database
  const hub = { pool, log: createLog('test', 'silent'), now: () => new Date() }
  await Promise.all([packFormerLog(hub), packFormerLog(hub)])
  expect(await entriesOf(pool)).toEqual(entries)
  const { rows } = await pool.query("select to_regclass('access_log_unpacked') as former")
  expect(rows).toEqual([{ former: null }])
  await audited.append(3)
  expect(await audited.verify()).toMatchObject({ checkpoint: { size: expect.any(Number) }, entriesRead: size + 3 })
})
