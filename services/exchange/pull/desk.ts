/** Where pulls arrive: checked, queued, answered. One desk for a process. */
import { randomBytes } from 'node:crypto'
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import type { Draft } from '../access-log/access-log.ts'
import { EntryTooLarge } from '../access-log/entry.ts'
import { LogUnavailable } from '../access-log/log-unavailable.ts'
import { isOutage } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import { checkPull } from './check-pull.ts'
import { readCursorKey } from './cursor-store.ts'
import { createCursors } from './cursors.ts'
import { draftOfFailedPull, draftOfPull } from './log-entry.ts'
import type { PullRequest } from './pull.ts'
import type { PullAnswer } from './pull-answer.ts'
import { answerBatch, type Pull } from './pull-batch.ts'
import { CheckOutdated, PullsFailed } from './pulls-failed.ts'
import { createQueue, QueueFull } from './queue.ts'
import { type Blame, settle } from './settle.ts'

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

/** How often a pull is checked because what it is checked by was changed in between. */
const checksAtMost = 3

const restless = inWords('The catalogue is being changed; try again.', '目录正在变更，请稍后重试。')
const tooMany = inWords('Too many pulls are waiting.', '排队的调用过多，请稍后重试。')
const tooLarge = inWords(
  'Pull one dataset at a time, with a smaller `limit`, and go on with `next`. Where one record alone is too large, its source must publish it anew, about fewer subjects.',
  '请按单个数据资源调用，调小 limit，并用 next 续取；如单条记录本身过大，须由数据提供部门减少其主体后重新发布。',
)

/** What goes into a batch: a pull, or only the entry of one that could not be answered, which spares it a commit of its own. */
type Item = { pull: Pull; arrived: Date } | { note: Draft; arrived: Date }

export function openDesk(hub: Hub): Desk {
  const since = (instant: Date) => Math.max(0, hub.now().getTime() - instant.getTime())
  const queue = createQueue<Item, PullAnswer | undefined>({
    run: batch => settle(batch, { run: items => answerItems(hub, items), blame: blameOf(batch) }),
    inFlight: () => inFlight(hub),
    largest,
    longest,
    isStale: ({ arrived }) => since(arrived) > patience,
    ownerOf: item => ('pull' in item ? item.pull.caller.id : undefined),
    // Whose check is outdated leaves the batch to be checked again; the change was somebody else's.
    isFault: error => !(error instanceof CheckOutdated),
    now: hub.now,
  })
  const cursors = createCursors(() => readCursorKey(hub.pool), randomBytes)
  const note = async (draft: Draft) => {
    await queue.put({ note: draft, arrived: hub.now() })
  }
  /** What failed by a fault of ours is on record, too: nothing was answered, but somebody asked. */
  const noteFailed = ({ arrived, ...pull }: Omit<Pull, 'matter'>, code: 'INTERNAL' | 'LOG_ENTRY_TOO_LARGE') => {
    const draft = draftOfPull({ ...pull, milliseconds: since(arrived) }, { requirements: undefined, results: [] })
    return note({ ...draft, decision: 'fail', code })
  }
  const answer = async (pull: Pull): Promise<PullAnswer | Failure> => {
    const end = hub.metrics.pullSeconds.startTimer()
    try {
      return (await queue.put({ pull, arrived: pull.arrived }))!
    } catch (error) {
      if (error instanceof QueueFull || error instanceof CheckOutdated || isEverybodys(error)) throw error
      const isTooLarge = error instanceof EntryTooLarge
      await noteFailed(pull, isTooLarge ? 'LOG_ENTRY_TOO_LARGE' : 'INTERNAL')
      if (isTooLarge) return failure('LOG_ENTRY_TOO_LARGE', { pointer: placeOfSize(pull), ...tooLarge })
      throw error
    } finally {
      end()
    }
  }
  const check = async (caller: Caller, request: PullRequest, arrived: Date) => {
    const matter = checkPull(request, caller, hub.catalogue, arrived)
    if (isFailure(matter)) return matter
    const after = await cursors.open(caller, request)
    return isFailure(after) ? after : { matter, ...(after !== undefined && { after }) }
  }
  const take = async (id: string, caller: Caller, request: PullRequest): Promise<PullAnswer | Failure> => {
    const arrived = hub.now()
    const checked = await check(caller, request, arrived)
    if (isFailure(checked)) {
      await note(draftOfFailedPull({ id, caller, request, milliseconds: since(arrived) }, checked.failure))
      return checked
    }
    const answered = await answer({ id, caller, request, arrived, ...checked })
    return isFailure(answered) ? answered : cursors.sealIn(answered, caller, request)
  }
  const takeUntilSettled = async (caller: Caller, request: PullRequest): Promise<PullAnswer | Failure> => {
    const id = hub.newId()
    for (let checks = 1; checks <= checksAtMost; checks += 1) {
      try {
        return await take(id, caller, request)
      } catch (error) {
        if (!(error instanceof CheckOutdated)) throw error
      }
    }
    return failure('UNAVAILABLE', restless)
  }
  return {
    pull: async (caller, request) => {
      try {
        const answered = await takeUntilSettled(caller, request)
        if (!isFailure(answered))
          for (const { dataset, decision, code = '' } of answered.results)
            hub.metrics.pulls.inc({ dataset, decision, code })
        return answered
      } catch (error) {
        if (error instanceof QueueFull) return failure('UNAVAILABLE', tooMany)
        throw error
      }
    },
    idle: () => queue.idle(),
  }
}

/** One transaction. */
async function answerItems(hub: Hub, items: readonly Item[]): Promise<(PullAnswer | undefined)[]> {
  hub.metrics.pullBatch.observe(items.length)
  const pulls = items.flatMap(item => ('pull' in item ? [item.pull] : []))
  const notes = items.flatMap(item => ('note' in item ? [item.note] : []))
  const answers = (await answerBatch(hub, pulls, notes)).values()
  return items.map(item => ('pull' in item ? answers.next().value : undefined))
}

const placeOfSize = ({ request: { matter } }: Pull) => (matter === undefined ? '/limit' : '/matter')

const isEverybodys = (error: unknown) => isOutage(error) || error instanceof LogUnavailable

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
