/**
 * A hub's process that appends to the access log until it kills itself at a given step of a given batch. Each answer it gives
 * is a line on stdout, written before the next batch begins: its entries' indexes and receipts.
 */
import { randomBytes } from 'node:crypto'
import { openSync, writeSync } from 'node:fs'
import type pg from 'pg'
import { createLog } from '../../services/contract/log.ts'
import type { Appended } from '../../services/exchange/log/append/access-log.ts'
import { createAccessLog } from '../../services/exchange/log/append/create-access-log.ts'
import { openCheckpointFile } from '../../services/exchange/log/keeping/checkpoint-file.ts'
import { createSigner } from '../../services/exchange/log/tree/note.ts'
import { createPool } from '../../services/postgres/pool.ts'
import { pullDraft } from '../support/log-drafts.ts'
import type { Step } from './log-steps.ts'

export type WriterPlan = {
  url: string
  signingKey: string
  origin: string
  checkpointFile: string
  step: Step
  /** Counted from 1. */
  batch: number
  /** Batches follow one another in the lane, each asked for as the one before leaves; whoever started the process kills it. */
  isLane?: boolean
}

const plan = JSON.parse(process.argv[2]!) as WriterPlan
let batch = 0

function reach(step: Step) {
  if (batch === plan.batch && step === plan.step) process.kill(process.pid, 'SIGKILL')
}

const statements = { begin: 'begin', lock: 'for update', insert: 'insert into access_log_batch', commit: 'commit' }

/** A pool whose clients reach a step before and after the statements of a batch. */
function steppedPool(pool: pg.Pool): pg.Pool {
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>
  return Object.assign(pool, {
    connect: async () => {
      const client = await connect()
      const query = client.query.bind(client) as (...words: unknown[]) => Promise<unknown>
      return Object.assign(client, { query: (...words: unknown[]) => stepped(query, words) })
    },
  })
}

async function stepped(query: (...words: unknown[]) => Promise<unknown>, words: unknown[]) {
  const text = typeof words[0] === 'string' ? words[0] : (words[0] as { text: string }).text
  const is = (statement: string) => text.includes(statement)
  if (text === statements.begin) reach('before begin')
  if (is(statements.lock)) reach('before the head is locked')
  if (is(statements.insert)) reach('before the insert')
  if (text === statements.commit) reach('before the commit')
  const answer = query(...words)
  if (text === statements.commit && batch === plan.batch && plan.step === 'as the commit is sent') {
    // Leaves the time to write to the socket, and none to hear of the outcome.
    setImmediate(() => reach('as the commit is sent'))
  }
  const result = await answer
  if (text === statements.begin) reach('after begin')
  if (is(statements.lock)) reach('after the head is locked')
  if (is(statements.insert)) reach('after the insert')
  if (text === statements.commit) reach('after the commit')
  return result
}

const signer = createSigner(plan.signingKey)
const file = openCheckpointFile(plan.checkpointFile)
const accessLog = createAccessLog({
  pool: steppedPool(createPool({ url: plan.url, size: 2, log: createLog('writer', 'silent') })),
  signer: {
    ...signer,
    line(text) {
      reach('before signing')
      const line = signer.line(text)
      reach('after signing')
      return line
    },
  },
  origin: plan.origin,
  now: () => new Date(),
  random: randomBytes,
  sinks: [
    checkpoint => {
      if (batch === plan.batch && plan.step === 'in the middle of the checkpoint') {
        writeSync(openSync(plan.checkpointFile, 'a'), checkpoint.slice(0, -40))
        reach('in the middle of the checkpoint')
      }
      return file.keep(checkpoint)
    },
    () => reach('after the checkpoint'),
  ],
})

const tell = (appended: readonly Appended[]) =>
  writeSync(1, `${JSON.stringify(appended.map(({ index, receipt }) => ({ index, receipt: receipt() })))}\n`)

/** The next batch is asked for in the call by which this one leaves, as the desk does. */
async function appendInLane(): Promise<void> {
  batch += 1
  const mine = batch
  let isFollowed = false
  const { appended } = await accessLog.commitWith(
    async (tx, record) => {
      await tx.query('select 2')
      for (let i = 0; i < 1 + (mine % 3); i += 1) record(pullDraft(mine * 10 + i))
    },
    {
      repeatable: true,
      first: tx => tx.query('select 1'),
      leaving: () => {
        if (!isFollowed) void appendInLane()
        isFollowed = true
      },
    },
  )
  tell(appended)
}

async function appendAlone(): Promise<void> {
  batch += 1
  const { appended } = await accessLog.commitWith(async (_, record) => {
    for (let i = 0; i < 1 + (batch % 3); i += 1) record(pullDraft(batch * 10 + i))
    reach('after the work')
  })
  tell(appended)
  reach('after the answer')
}

if (plan.isLane) await appendInLane()
else for (;;) await appendAlone()
