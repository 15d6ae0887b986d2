/**
 * The pulls in flight, answered in one transaction: decide, spend the uses, read, log, commit (promise 3). Rounds go on
 * until every matter in the batch has tried what it may; nearly always that is one.
 */
import { isDeepStrictEqual } from 'node:util'
import { isFailure } from '../../contract/failure.ts'
import type { Draft } from '../access-log/access-log.ts'
import { HeadMoved } from '../access-log/own-head.ts'
import { type Transaction, together } from '../database/transaction.ts'
import type { Spent } from '../decision/consent-ledger.ts'
import { decideAll, loadStanding, type Standing } from '../decision/decide-all.ts'
import type { Ask } from '../decision/decision.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import type { Matter } from '../matter/matter.ts'
import { type RecordsAsked, readRecords, readSilent } from '../registry/subject-record-store.ts'
import { type Answered, answerPull } from './answer.ts'
import { mayPull } from './check-pull.ts'
import { draftOfPull } from './log-entry.ts'
import { beginPull, type Progress, takeRecords, toDecide, toRead, vain } from './progress.ts'
import type { PullRequest } from './pull.ts'
import type { PullAnswer } from './pull-answer.ts'
import { CheckOutdated, eachOf } from './pulls-failed.ts'

export type Pull = {
  id: string
  caller: Caller
  request: PullRequest
  matter: Matter | undefined
  arrived: Date
  /** Key of the record that the page before ended with. */
  after?: string
}

/**
 * The `next` of an answer is the bare key that its page ended with. `notes` are entries about pulls that nothing else is left
 * to do for; they go into the log after the others.
 */
export async function answerBatch(hub: Hub, pulls: readonly Pull[], notes: readonly Draft[]): Promise<PullAnswer[]> {
  try {
    return await answerOnce(hub, pulls, notes, true)
  } catch (error) {
    if (!(error instanceof HeadMoved)) throw error
    return answerOnce(hub, pulls, notes, false)
  }
}

async function answerOnce(
  hub: Hub,
  pulls: readonly Pull[],
  notes: readonly Draft[],
  follows: boolean,
): Promise<PullAnswer[]> {
  const now = hub.now()
  const progresses = pulls.map(pull => beginPull(pull.request, pull.matter, now))
  const asks = asksOf(pulls, progresses)
  const { outcome, appended } = await hub.accessLog.commitWith(
    async (tx, record, { read: standing, lockLog }) => {
      const { clock } = standing.snapshot
      await runRounds(hub, tx, { pulls, progresses, now: hub.decidesAt?.(clock) ?? clock, asks, standing, lockLog })
      const silent = await silentSources(tx, progresses)
      const milliseconds = ({ arrived }: Pull) => Math.max(0, hub.now().getTime() - arrived.getTime())
      const answered = eachOf(pulls, (pull, n) => {
        const answered = answerPull(progresses[n]!, silent)
        record(draftOfPull({ ...pull, milliseconds: milliseconds(pull) }, answered))
        return answered
      })
      for (const note of notes) record(note)
      return answered
    },
    { first: (tx: Transaction) => loadStanding(tx, asks), follows },
  )
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
  results: results.map(({ answer }) => answer),
})

type Rounds = {
  pulls: readonly Pull[]
  progresses: readonly Progress[]
  /** PostgreSQL's: the ends of agreements and consents are not for each process's clock to say. */
  now: Date
  /** Those of the first round, and what stands of them. */
  asks: Ask[]
  standing: Standing
  lockLog: () => void
}

async function runRounds(hub: Hub, tx: Transaction, rounds: Rounds): Promise<void> {
  const { pulls, progresses, now } = rounds
  const byId = new Map(pulls.map((pull, n) => [pull.id, { pull, progress: progresses[n]! }]))
  const spent: Spent = new Map()
  // Without a matter no second round comes, which may lock consents: those are always locked before the log.
  const isOnly = pulls.every(({ matter }) => !matter)
  for (let { asks, standing }: { asks: Ask[]; standing?: Standing } = rounds; asks.length > 0; standing = undefined) {
    const reading: (Ask & RecordsAsked)[] = []
    await decideAll(tx, asks, hub.catalogue.dataset, now, {
      spent,
      follow: version => followCatalogue(hub, pulls, version),
      ...(standing && { standing }),
      used: (id, decided) => {
        const { pull, progress } = byId.get(id)!
        const datasets = toRead(progress, decided)
        for (const dataset of datasets) reading.push({ ...askOf(pull, dataset), ...pageOf(pull) })
        return datasets
      },
    })
    const records = await together(tx, () => {
      const read = readRecords(tx, reading)
      if (isOnly) rounds.lockLog()
      return read
    })
    for (const [id, read] of Map.groupBy(reading.keys(), n => reading[n]!.pull!)) {
      takeRecords(byId.get(id)!.progress, new Map(read.map(n => [reading[n]!.dataset, records[n]!])))
    }
    asks = asksOf(pulls, progresses)
  }
}

/** Nothing is decided by a catalogue that is older than the transaction's own snapshot, nor by a check that was made by one. */
async function followCatalogue({ catalogue }: Hub, pulls: readonly Pull[], version: number): Promise<void> {
  await catalogue.follow(version)
  eachOf(pulls, ({ request, caller, matter }) => {
    const newest = request.matter === undefined ? undefined : catalogue.matter(request.matter)
    const isSame = newest === matter || isDeepStrictEqual(newest, matter)
    if (!isSame || !mayPull(catalogue, caller)) throw new CheckOutdated()
  })
}

const asksOf = (pulls: readonly Pull[], progresses: readonly Progress[]): Ask[] =>
  pulls.flatMap((pull, n) => toDecide(progresses[n]!).map(dataset => askOf(pull, dataset)))

const pageOf = ({ request: { limit }, after }: Pull) => ({
  ...(limit && { limit }),
  ...(after !== undefined && { after }),
})

/** Another page is of other records. */
const pageNameOf = (limit: number | undefined, after: string | undefined) =>
  limit === undefined && after === undefined ? {} : { page: JSON.stringify([limit ?? null, after ?? null]) }

/** Of what matters looked for in vain: the datasets that hold nothing about anybody, as their source never delivered. */
async function silentSources(tx: Transaction, progresses: readonly Progress[]): Promise<ReadonlySet<string>> {
  const datasets = new Set(progresses.flatMap(vain))
  return datasets.size > 0 ? new Set(await readSilent(tx, [...datasets])) : new Set()
}

function askOf({ id, caller, request, after }: Pull, dataset: string): Ask {
  const { subject, purpose, matter, official, fields, verify, confidential } = request
  return {
    pull: id,
    caller: { department: caller.department!, system: caller.id },
    subject,
    dataset,
    purpose,
    ...(matter && { matter }),
    ...(request.case && { case: request.case }),
    ...(official && { official }),
    ...(confidential && { confidentialUntil: confidential.until }),
    ...(fields && { fields }),
    ...(verify && { claims: verify, ...pageNameOf(request.limit, after) }),
  }
}
