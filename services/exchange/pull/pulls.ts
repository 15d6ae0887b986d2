/**
 * The main job: the pulls in flight, answered in one transaction (promise 3). Read the rights, decide, read the records, answer,
 * log, commit. Where a matter's records prove nothing, a further round tries its next evidence; nearly always one is enough.
 */
import { isDeepStrictEqual } from 'node:util'
import { isFailure } from '../../contract/failure.ts'
import type { Transaction } from '../../postgres/transaction.ts'
import { claimsPerSubjectAndDay } from '../law/decision/count-claims.ts'
import type { Spent } from '../law/decision/open-consent-ledger.ts'
import { openRound } from '../law/decision/open-round.ts'
import { type Rights, readRights } from '../law/decision/read-rights.ts'
import type { Draft } from '../log/append/access-log.ts'
import { readRecords, readSilent } from '../records/registry/subject-record-store.ts'
import { type Answered, answerPull } from './answer.ts'
import { askOf, recordsAsked } from './ask.ts'
import { mayPull } from './check-pull.ts'
import { commitTo } from './commitment.ts'
import { draftOfPull } from './log-entry.ts'
import type { PullNeeds } from './needs.ts'
import { takeRecords, toDecide, toRead, vain } from './next-reads.ts'
import { beginPull, type Progress } from './progress.ts'
import type { Pull } from './pull.ts'
import type { PullAnswer } from './pull-answer.ts'
import { CheckOutdated, eachOf } from './pulls-failed.ts'

type Underway = { pull: Pull; progress: Progress }

/** `notes` are entries about pulls that nothing else is left to do for; they go into the log after the others. */
export type PullBatch = {
  pulls: readonly Pull[]
  notes: readonly Draft[]
  /** Called as the batch leaves to be committed: the next one, asked for in that call, travels along. */
  leaving: () => void
}

/**
 * One answer for each pull, in order; the `next` of an answer is the bare key that its page ended with. Rejects with PullsFailed,
 * naming each culprit.
 */
export async function answerPulls(needs: PullNeeds, { pulls, notes, leaving }: PullBatch): Promise<PullAnswer[]> {
  const { outcome: answered, appended } = await needs.accessLog.commitWith(
    async (tx, record, { underway, rights }) => {
      const now = needs.decidesAt?.(rights.clock) ?? rights.clock
      const spent: Spent = new Map()
      await runRound(needs, tx, underway, { rights, now, spent })
      for (let asks = asksOf(underway); asks.length > 0; asks = asksOf(underway))
        await runRound(needs, tx, underway, { rights: await readRights(tx, asks), now, spent })
      const silent = await silentSources(tx, underway)
      const answered = eachOf(underway, ({ pull, progress }) => {
        const answered = commitTo(answerPull(progress, silent), needs.random)
        record(draftOfPull({ ...pull, milliseconds: millisecondsSince(pull.arrived, needs.now()) }, answered))
        return answered
      })
      for (const note of notes) record(note)
      return answered
    },
    {
      repeatable: true,
      leaving,
      first: async (tx: Transaction) => {
        const underway = pulls.map(pull => ({ pull, progress: beginPull(pull.request, pull.matter, needs.now()) }))
        return { underway, rights: await readRights(tx, asksOf(underway)) }
      },
    },
  )
  if (isFailure(answered)) throw new Error('a batch of pulls has no failure of its own')
  return pulls.map((pull, n) => {
    const { index, receipt } = appended[n]!
    const log = pull.request.receipt === false ? { index } : { index, receipt: receipt() }
    return { ...answerOf(pull, answered[n]!), log }
  })
}

type RoundOf = { rights: Rights; now: Date; spent: Spent }

/** Decides what is asked, one pull after another, and reads what they may have and really use. */
async function runRound(
  needs: PullNeeds,
  tx: Transaction,
  underway: readonly Underway[],
  { rights, now, spent }: RoundOf,
) {
  await followCatalogue(needs, underway, rights.catalogueVersion)
  const datasetOf = needs.catalogue.dataset
  const round = await openRound(tx, { rights, datasetOf, now, spent, claimLimit: claimsPerSubjectAndDay })
  const asksOfPull = Map.groupBy(rights.asks, ({ pull }) => pull)
  const used = underway.flatMap(({ pull, progress }) => {
    const asks = asksOfPull.get(pull.id)
    if (!asks) return []
    const decided = new Map(asks.map(ask => [ask.dataset, round.decide(ask)]))
    const datasets = toRead(progress, decided)
    round.spend(
      pull.id,
      datasets.map(dataset => decided.get(dataset)!),
    )
    return [{ pull, progress, datasets }]
  })
  await round.store()
  const wanted = used.flatMap(({ pull, datasets }) => datasets.map(dataset => recordsAsked(pull, dataset)))
  const found = (await readRecords(tx, wanted)).values()
  for (const { progress, datasets } of used)
    takeRecords(progress, new Map(datasets.map(dataset => [dataset, found.next().value!])))
}

const asksOf = (underway: readonly Underway[]) =>
  underway.flatMap(({ pull, progress }) => toDecide(progress).map(dataset => askOf(pull, dataset)))

/** Nothing is decided by a catalogue that is older than the transaction's own snapshot, nor by a check that was made by one. */
async function followCatalogue(
  { catalogue }: PullNeeds,
  underway: readonly Underway[],
  version: number,
): Promise<void> {
  await catalogue.follow(version)
  eachOf(underway, ({ pull: { request, caller, matter } }) => {
    const newest = request.matter === undefined ? undefined : catalogue.matter(request.matter)
    const isSame = newest === matter || isDeepStrictEqual(newest, matter)
    if (!isSame || !mayPull(catalogue, caller)) throw new CheckOutdated()
  })
}

/** Datasets that matters looked in in vain: they hold nothing about anybody, as their source never delivered. */
async function silentSources(tx: Transaction, underway: readonly Underway[]): Promise<ReadonlySet<string>> {
  const datasets = new Set(underway.flatMap(({ progress }) => vain(progress)))
  return datasets.size > 0 ? new Set(await readSilent(tx, [...datasets])) : new Set()
}

const millisecondsSince = (arrived: Date, now: Date) => Math.max(0, now.getTime() - arrived.getTime())

const answerOf = ({ id, request }: Pull, { requirements, results }: Answered) => ({
  pull: id,
  subject: request.subject,
  ...(requirements && { requirements }),
  results: results.map(({ answer }) => answer),
})
