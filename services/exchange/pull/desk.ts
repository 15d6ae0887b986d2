/** Where pulls arrive: checked, queued, answered. One desk for a process. */
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import { LogUnavailable } from '../access-log/log-unavailable.ts'
import { isOutage } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import { checkPull } from './check-pull.ts'
import { draftOfFailedPull, draftOfPull } from './log-entry.ts'
import type { PullRequest } from './pull.ts'
import type { PullAnswer } from './pull-answer.ts'
import { answerBatch, type Pull } from './pull-batch.ts'
import { createQueue, QueueFull } from './queue.ts'

export type Desk = {
  /** Answers a pull, or says why it cannot be decided. Rejects where the database or the access log is out of order. */
  pull(caller: Caller, request: PullRequest): Promise<PullAnswer | Failure>
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>
}

/**
 * Two batches at once keep PostgreSQL busy while the other is being decided; more only make them smaller. Where other processes
 * append too, a batch holds the head of the log to its commit: the second would only wait for it, and both be half as large.
 */
const inFlight = ({ accessLog }: Hub) => (accessLog.isShared() ? 1 : 2)
const largest = 64
const longest = 4_000
/** Milliseconds. Statements have time limits of their own, so whoever waits hears of an outage after twice this at most. */
const patience = 20_000

const tooMany = inWords('Too many pulls are waiting.', '排队的调用过多，请稍后重试。')

export function openDesk(hub: Hub): Desk {
  const since = (instant: Date) => Math.max(0, hub.now().getTime() - instant.getTime())
  const queue = createQueue<Pull, PullAnswer>({
    run: async batch => {
      hub.metrics.pullBatch.observe(batch.length)
      return answerBatch(hub, batch)
    },
    mayRetryAlone: error => !isOutage(error) && !(error instanceof LogUnavailable),
    inFlight: () => inFlight(hub),
    largest,
    longest,
    isStale: ({ arrived }) => since(arrived) > patience,
  })
  /** What failed by a fault of ours is on record, too: nothing was answered, but somebody asked (issue 6). */
  const noteFailed = async ({ arrived, ...pull }: Omit<Pull, 'matter'>) => {
    const draft = draftOfPull({ ...pull, milliseconds: since(arrived) }, { requirements: undefined, results: [] })
    await hub.accessLog.commitWith(async (_tx, record) => record({ ...draft, decision: 'fail', code: 'INTERNAL' }))
  }
  return {
    pull: async (caller, request) => {
      const id = hub.newId()
      const arrived = hub.now()
      const matter = checkPull(request, caller, hub.catalogue, arrived)
      if (isFailure(matter)) {
        await hub.accessLog.commitWith(async (_tx, record) =>
          record(draftOfFailedPull({ id, caller, request, milliseconds: since(arrived) }, matter.failure)),
        )
        return matter
      }
      const end = hub.metrics.pullSeconds.startTimer()
      try {
        const answer = await queue.put({ id, caller, request, matter, arrived })
        for (const { dataset, decision, code = '' } of answer.results)
          hub.metrics.pulls.inc({ dataset, decision, code })
        return answer
      } catch (error) {
        if (error instanceof QueueFull) return failure('UNAVAILABLE', tooMany)
        if (!isOutage(error) && !(error instanceof LogUnavailable)) await noteFailed({ id, caller, request, arrived })
        throw error
      } finally {
        end()
      }
    },
    idle: () => queue.idle(),
  }
}
