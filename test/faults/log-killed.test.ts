/** Promise 3 when a process dies: SIGKILL between every two steps of a batch (faults-and-attacks B4, F1). */
import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { isFinding } from '../../services/auditor/finding.ts'
import { verifyReceipt } from '../../services/auditor/verify-receipt.ts'
import { type AuditedLog, openAuditedLog } from '../support/audited-log.ts'
import { pullDraft } from '../support/log-drafts.ts'
import { startStatementProxy } from '../support/statement-proxy.ts'
import { steps } from './log-steps.ts'
import type { WriterPlan } from './log-writer.ts'

let audited: AuditedLog
beforeEach(async () => {
  audited = await openAuditedLog()
})
afterEach(() => audited.close())

type Answer = { index: number; receipt: string }

/** Runs a hub's process until it dies; resolves with the answers it gave. */
async function runUntilKilled(more: Partial<WriterPlan>, started = (_: ChildProcess) => {}): Promise<Answer[]> {
  const { database, log } = audited
  const plan = {
    url: database.url,
    signingKey: log.signingKey,
    origin: log.accessLog.origin,
    checkpointFile: log.checkpointFile,
    ...more,
  }
  const writer = new URL('./log-writer.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [writer, JSON.stringify(plan)], { stdio: ['ignore', 'pipe', 'inherit'] })
  started(child)
  let out = ''
  child.stdout.on('data', data => {
    out += data
  })
  const signal = await new Promise(resolve => child.on('close', (_, how) => resolve(how)))
  expect(signal).toBe('SIGKILL')
  return out
    .split('\n')
    .filter(line => line.endsWith(']'))
    .flatMap(line => JSON.parse(line) as Answer[])
}

test.each(steps)('killed %s: no answer without its entry, no gap, no fork', async step => {
  const answers = await runUntilKilled({ step, batch: 4 })
  expect(answers.length).toBeGreaterThanOrEqual(6)
  // The next process goes on by itself, however the last one ended.
  answers.push(...(await runUntilKilled({ step, batch: 3 })))
  await verifyAll(answers, step)
})

/** A batch in the lane is seven statements: begin, the first reads, the work's, lock, append, commit; two more batches are seen whole. */
const cuts = (['statement', 'answer'] as const).flatMap(after =>
  Array.from({ length: 12 }, (_, n) => ({ after, number: 13 + n })),
)

test.each(cuts)(
  'killed in the chain once $after $number has passed: no answer without its entry, no gap, no fork',
  async cut => {
    const killed = async () => {
      let child: ChildProcess | undefined
      const proxy = await startStatementProxy(audited.database.url, cut, () => child?.kill('SIGKILL'))
      const answers = await runUntilKilled({ url: proxy.url, isLane: true }, started => {
        child = started
      })
      await proxy.close()
      return answers
    }
    await verifyAll([...(await killed()), ...(await killed())], JSON.stringify(cut))
  },
)

async function verifyAll(answers: Answer[], step: string): Promise<void> {
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
}
