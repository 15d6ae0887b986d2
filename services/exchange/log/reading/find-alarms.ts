/** Alarms are worked out when an auditor asks: from the log as it stands, by the rules as they are, and the asking is logged. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Subject } from '../../../contract/subject.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { LogNeeds } from '../append/needs.ts'
import { type Alarm, createRules, type Thresholds } from './alarm-rules.ts'
import { readPulls, storeWatchList } from './alarm-store.ts'
import { indexSpan } from './find-index-span.ts'

const longestSpan = 31 * 86_400_000
const atOnce = 5_000

export async function findAlarms(
  needs: LogNeeds,
  caller: Caller,
  thresholds: Thresholds,
  { from, until }: { from: string; until: string },
): Promise<Alarm[] | Failure> {
  const length = Date.parse(until) - Date.parse(from)
  if (!(length > 0 && length <= longestSpan)) {
    return failure('LOG_SEARCH_TOO_WIDE', {
      pointer: '/until',
      ...inWords('Ask for at most 31 days, the end after the start.', '最多查询 31 天，且结束须晚于开始。'),
    })
  }
  await needs.accessLog.commitWith(async (_, record) =>
    record({
      kind: 'log-search',
      caller: caller.id,
      content: { what: 'alarms', filter: { from, until, bySubject: false } },
      decision: 'permit',
    }),
  )
  const rules = createRules(thresholds)
  const span = { ...(await indexSpan(needs.pool, from, until)), from: new Date(from), until: new Date(until) }
  for (let { first } = span; ; ) {
    const pulls = await readPulls(needs.pool, { ...span, first }, atOnce)
    for (const pull of pulls) rules.see(pull)
    if (pulls.length < atOnce) return rules.alarms()
    first = pulls.at(-1)!.index + 1
  }
}

/** The entry of a changed list names no subject: whoever reads the log need not learn who is watched. */
export async function putWatchList(needs: LogNeeds, caller: Caller, list: string, subjects: Subject[]): Promise<void> {
  await needs.accessLog.commitWith(async (tx, record) => {
    await storeWatchList(tx, list, subjects)
    record({ kind: 'watch-list', caller: caller.id, content: { list, count: subjects.length }, decision: 'permit' })
  })
}
