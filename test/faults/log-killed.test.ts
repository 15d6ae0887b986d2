/** Promise 3 when a process dies: SIGKILL between every two steps of a batch (faults-and-attacks B4, F1). */
import { spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { isFinding } from '../../services/auditor/finding.ts'
import { verifyReceipt } from '../../services/auditor/verify-receipt.ts'
import { type AuditedLog, openAuditedLog } from '../support/audited-log.ts'
import { pullDraft } from '../support/log-drafts.ts'
import { steps } from './log-steps.ts'

let audited: AuditedLog
beforeEach(async () => {
  audited = await openAuditedLog()
})
afterEach(() => audited.close())

type Answer = { index: number; receipt: string }

/** Runs a hub's process until it dies; resolves with the answers it gave. */
async function runUntilKilled(step: string, batch: number): Promise<Answer[]> {
  const { database, log } = audited
  const plan = {
    url: database.url,
    signingKey: log.signingKey,
    origin: log.accessLog.origin,
    checkpointFile: log.checkpointFile,
    step,
    batch,
  }
  const writer = new URL('./log-writer.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [writer, JSON.stringify(plan)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', data => {
    out += data
  })
  const signal = await new Promise(resolve => child.on('close', (_, how) => resolve(how)))
  expect(signal).toBe('SIGKILL')
  return out
    .trimEnd()
    .split('\n')
    .flatMap(line => JSON.parse(line) as Answer[])
}

test.each(steps)('killed %s: no answer without its entry, no gap, no fork', async step => {
  const answers = await runUntilKilled(step, 4)
  expect(answers.length).toBeGreaterThanOrEqual(6)
  // The next process goes on by itself, however the last one ended.
  answers.push(...(await runUntilKilled(step, 3)))
  const { appended } = await audited.log.accessLog.commitWith(async (_, record) => record(pullDraft(1)))
  answers.push(...appended.map(({ index, receipt }) => ({ index, receipt: receipt() })))

  const receipts = answers.map(({ receipt }) => verifyReceipt(receipt, audited.trust))
  expect(receipts.filter(outcome => typeof outcome === 'string')).toEqual([])
  const held = [
    ...audited.held(),
    ...receipts.flatMap(outcome => (typeof outcome === 'string' ? [] : outcome.checkpoint)),
  ]
  held.sort((a, b) => a.size - b.size)
  const verified = await audited.verify({ held })
  if (isFinding(verified)) throw new Error(`${step}: ${JSON.stringify(verified)}`)
  expect(answers.every(({ index }) => index < verified.checkpoint.size)).toBe(true)
  expect(new Set(answers.map(({ index }) => index)).size).toBe(answers.length)
  const { rows } = await audited.asSuperuser(
    'select sum(size)::int as count, max(first + size)::int as next from access_log_batch',
  )
  expect(rows[0].count).toBe(rows[0].next)
})
