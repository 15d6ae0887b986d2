/** The pulls in flight, in batches: which are answered together, and who answers for a batch that fails. */

import { isOutage } from '../../postgres/outage.ts'
import type { Draft } from '../log/append/access-log.ts'
import { LogUnavailable } from '../log/tree/log-unavailable.ts'
import type { PullNeeds } from './needs.ts'
import type { Pull } from './pull.ts'
import type { PullAnswer } from './pull-answer.ts'
import { answerPulls } from './pulls.ts'
import { CheckOutdated, PullsFailed } from './pulls-failed.ts'
import { createQueue, type Queue } from './queue.ts'
import { type Blame, settle } from './settle.ts'

/** A pull, or only the entry of one that could not be answered, which spares it a commit of its own. */
export type Item = { pull: Pull; arrived: Date } | { note: Draft; arrived: Date }

const largest = 64
const longest = 4_000
/** Milliseconds. Statements have time limits of their own, so an outage is told after twice this at most. */
const patience = 20_000

export function createPullQueue(needs: PullNeeds): Queue<Item, PullAnswer | undefined> {
  return createQueue({
    run: (batch, leaving) => settle(batch, { run: items => answerItems(needs, items, leaving), blame: blameOf(batch) }),
    largest,
    longest,
    isStale: ({ arrived }) => needs.now().getTime() - arrived.getTime() > patience,
    ownerOf: item => ('pull' in item ? item.pull.caller.id : undefined),
    // A pull whose check is outdated leaves the batch to be checked again; the change was somebody else's.
    isFault: error => !(error instanceof CheckOutdated),
    now: needs.now,
  })
}

/** One transaction. */
async function answerItems(
  needs: PullNeeds,
  items: readonly Item[],
  leaving: () => void,
): Promise<(PullAnswer | undefined)[]> {
  needs.metrics.pullBatch.observe(items.length)
  const pulls = items.flatMap(item => ('pull' in item ? [item.pull] : []))
  const notes = items.flatMap(item => ('note' in item ? [item.note] : []))
  const answers = (await answerPulls(needs, { pulls, notes, leaving })).values()
  return items.map(item => ('pull' in item ? answers.next().value : undefined))
}

/** An error of the surroundings, which no pull is to blame for. */
export const isEverybodys = (error: unknown): boolean => isOutage(error) || error instanceof LogUnavailable

const blameOf =
  (batch: readonly Item[]) =>
  (error: unknown): Blame<Item> => {
    if (isEverybodys(error)) return 'everybody'
    if (!(error instanceof PullsFailed)) return 'somebody'
    const { causes } = error
    return new Map(
      batch.flatMap(item => ('pull' in item && causes.has(item.pull) ? [[item, causes.get(item.pull)]] : [])),
    )
  }
