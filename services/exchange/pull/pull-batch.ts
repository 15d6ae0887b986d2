/**
 * The pulls in flight, answered in one transaction: decide, spend the uses, read, log, commit (promise 3). Rounds go on
 * until every matter in the batch has tried what it may; nearly always that is one.
 */
import { isFailure } from '../../contract/failure.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Spent } from '../decision/consent-ledger.ts'
import { decideAll } from '../decision/decide-all.ts'
import type { Ask } from '../decision/decision.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import type { Matter } from '../matter/matter.ts'
import { readRecords } from '../registry/subject-record-store.ts'
import { type Answered, answerPull } from './answer.ts'
import { draftOfPull } from './log-entry.ts'
import { beginPull, nextDatasets, type Progress } from './progress.ts'
import type { PullAnswer, PullRequest } from './pull.ts'

export type Pull = { id: string; caller: Caller; request: PullRequest; matter: Matter | undefined }

export async function answerBatch(hub: Hub, pulls: readonly Pull[]): Promise<PullAnswer[]> {
  const { outcome, appended } = await hub.accessLog.commitWith(async (tx, record) => {
    const progresses = await runRounds(hub, tx, pulls)
    return pulls.map((pull, n) => {
      const answered = answerPull(pull.request, progresses[n]!)
      record(draftOfPull(pull, progresses[n]!, answered))
      return answered
    })
  })
  if (isFailure(outcome)) throw new Error('a batch of pulls has no failure of its own')
  return pulls.map((pull, n) => {
    const { index, receipt } = appended[n]!
    const log = pull.request.receipt === false ? { index } : { index, receipt: receipt() }
    return { ...answerOf(pull, outcome[n]!), log }
  })
}

const answerOf = ({ id, request }: Pull, { requirements, results }: Answered) => ({
  pull: id,
  subject: request.subject,
  ...(requirements && { requirements }),
  results,
})

async function runRounds(hub: Hub, tx: Transaction, pulls: readonly Pull[]): Promise<Progress[]> {
  const now = hub.now()
  const progresses = pulls.map(pull => beginPull(pull.request, pull.matter))
  const spent: Spent = new Map()
  for (;;) {
    const asks = pulls.flatMap((pull, n) =>
      nextDatasets(progresses[n]!).map(dataset => ({ n, ask: askOf(pull, dataset) })),
    )
    if (asks.length === 0) return progresses
    const decisions = await decideAll(
      tx,
      asks.map(({ ask }) => ask),
      hub.catalogue.dataset,
      now,
      { spent },
    )
    const permitted = asks.filter((_, i) => decisions[i]!.decision === 'permit')
    const records = await readRecords(
      tx,
      permitted.map(({ ask }) => ask),
    )
    const found = new Map(permitted.map((asked, i) => [asked, records[i]!]))
    asks.forEach((asked, i) => {
      const outcome = { dataset: asked.ask.dataset, decision: decisions[i]!, records: found.get(asked) ?? [] }
      progresses[asked.n]!.outcomes.set(asked.ask.dataset, outcome)
    })
  }
}

function askOf({ id, caller, request }: Pull, dataset: string): Ask {
  const { subject, purpose, matter, official, fields, verify } = request
  return {
    pull: id,
    caller: { department: caller.department!, system: caller.id },
    subject,
    dataset,
    purpose,
    ...(matter && { matter }),
    ...(request.case && { case: request.case }),
    ...(official && { official }),
    ...(fields && { fields }),
    ...(verify && { claims: verify }),
  }
}
