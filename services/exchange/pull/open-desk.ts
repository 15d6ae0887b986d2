/** Where pulls arrive: checked, queued, answered. One desk for a process. */
import { randomBytes } from 'node:crypto'
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import type { Draft } from '../log/append/access-log.ts'
import { EntryTooLarge } from '../log/append/entry.ts'
import type { Caller } from '../platform/identity/caller.ts'
import { checkPull } from './check-pull.ts'
import { readCursorKey } from './cursor-store.ts'
import { createCursors } from './cursors.ts'
import { draftOfFailedPull, draftOfPull } from './log-entry.ts'
import type { PullNeeds } from './needs.ts'
import type { Pull, PullRequest } from './pull.ts'
import type { PullAnswer } from './pull-answer.ts'
import { createPullQueue, isEverybodys } from './pull-queue.ts'
import { CheckOutdated } from './pulls-failed.ts'
import { QueueFull } from './queue.ts'

export type Desk = {
  /**
   * Answers a pull, or says why it cannot be decided; `id` is a new ULID. Rejects where the database or the access log is out of
   * order.
   */
  pull(id: string, caller: Caller, request: PullRequest): Promise<PullAnswer | Failure>
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>
}

/** How often a pull is checked because what it is checked by was changed in between. */
const checksAtMost = 3

const restless = inWords('The catalogue is being changed; try again.', '目录正在变更，请稍后重试。')
const tooMany = inWords('Too many pulls are waiting.', '排队的调用过多，请稍后重试。')
const tooLarge = inWords(
  'Pull one dataset at a time, with a smaller `limit`, and go on with `next`. Where one record alone is too large, its source must publish it anew, about fewer subjects.',
  '请按单个数据资源调用，调小 limit，并用 next 续取；如单条记录本身过大，须由数据提供部门减少其主体后重新发布。',
)

type Incoming = Omit<Pull, 'matter' | 'after'>

type Parts = {
  needs: PullNeeds
  queue: ReturnType<typeof createPullQueue>
  cursors: ReturnType<typeof createCursors>
}

export function openDesk(needs: PullNeeds): Desk {
  const queue = createPullQueue(needs)
  const parts: Parts = { needs, queue, cursors: createCursors(() => readCursorKey(needs.pool), randomBytes) }
  return {
    async pull(id, caller, request) {
      try {
        const answered = await takeUntilSettled(parts, { id, caller, request })
        if (!isFailure(answered)) count(needs, answered)
        return answered
      } catch (error) {
        if (error instanceof QueueFull) return failure('UNAVAILABLE', tooMany)
        throw error
      }
    },
    idle: () => queue.idle(),
  }
}

async function takeUntilSettled(parts: Parts, asked: Omit<Incoming, 'arrived'>): Promise<PullAnswer | Failure> {
  for (let checks = 1; checks <= checksAtMost; checks += 1) {
    try {
      return await take(parts, { ...asked, arrived: parts.needs.now() })
    } catch (error) {
      if (!(error instanceof CheckOutdated)) throw error
    }
  }
  return failure('UNAVAILABLE', restless)
}

async function take(parts: Parts, incoming: Incoming): Promise<PullAnswer | Failure> {
  const { caller, request } = incoming
  const checked = await check(parts, incoming)
  if (isFailure(checked)) {
    await note(parts, draftOfFailedPull(timed(parts, incoming), checked.failure))
    return checked
  }
  const answered = await answer(parts, { ...incoming, ...checked })
  return isFailure(answered) ? answered : parts.cursors.sealIn(answered, caller, request)
}

async function check({ needs, cursors }: Parts, { caller, request, arrived }: Incoming) {
  const matter = checkPull(request, caller, needs.catalogue, arrived)
  if (isFailure(matter)) return matter
  const after = await cursors.open(caller, request)
  return isFailure(after) ? after : { matter, ...(after !== undefined && { after }) }
}

async function answer(parts: Parts, pull: Pull): Promise<PullAnswer | Failure> {
  const end = parts.needs.metrics.pullSeconds.startTimer()
  try {
    return (await parts.queue.put({ pull, arrived: pull.arrived }))!
  } catch (error) {
    if (error instanceof QueueFull || error instanceof CheckOutdated || isEverybodys(error)) throw error
    const isTooLarge = error instanceof EntryTooLarge
    await noteFailed(parts, pull, isTooLarge ? 'LOG_ENTRY_TOO_LARGE' : 'INTERNAL')
    if (isTooLarge) return failure('LOG_ENTRY_TOO_LARGE', { pointer: placeOfSize(pull), ...tooLarge })
    throw error
  } finally {
    end()
  }
}

/** A pull that failed by a fault of ours is on record too: nothing was answered, but somebody asked. */
function noteFailed(parts: Parts, { matter: _, ...pull }: Pull, code: 'INTERNAL' | 'LOG_ENTRY_TOO_LARGE') {
  const draft = draftOfPull(timed(parts, pull), { requirements: undefined, results: [] })
  return note(parts, { ...draft, decision: 'fail', code })
}

const note = async ({ needs, queue }: Parts, draft: Draft): Promise<void> => {
  await queue.put({ note: draft, arrived: needs.now() })
}

const timed = ({ needs }: Parts, { arrived, ...pull }: Incoming) => ({
  ...pull,
  milliseconds: Math.max(0, needs.now().getTime() - arrived.getTime()),
})

const placeOfSize = ({ request: { matter } }: Pull) => (matter === undefined ? '/limit' : '/matter')

function count({ metrics }: PullNeeds, { results }: PullAnswer): void {
  for (const { dataset, decision, code = '' } of results) metrics.pulls.inc({ dataset, decision, code })
}
