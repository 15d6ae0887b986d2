/** Alarms are worked out when an auditor asks: from the log as it stands, by the rules as they are, and the asking is logged. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { type Subject, subjectKey } from '../../../contract/subject.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { readHead } from '../append/log-store.ts'
import type { LogNeeds } from '../append/needs.ts'
import { findFirstUses } from '../index/find-outermost.ts'
import { readIndexed } from '../index/indexed-entry.ts'
import type { LoggedEntry } from '../tree/entry-store.ts'
import { type Alarm, createRules, type SeenPull, type Thresholds } from './alarm-rules.ts'
import { readWatched, storeWatchList } from './alarm-store.ts'
import type { LoggedPull } from './pull-entry.ts'
import { findPullSpan, readPulls } from './read-pulls.ts'

const longestSpan = 31 * 86_400_000

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
  const period = { from: new Date(from), until: new Date(until) }
  const span = await findPullSpan(needs.pool, period, (await readHead(needs.pool)).edge.size)
  const watched = await readWatched(needs.pool)
  const rules = createRules(thresholds)
  for await (const pulls of readPulls(needs.pool, span)) {
    const cases = new Set(pulls.flatMap(pull => pull.case ?? []))
    const firstUses = cases.size > 0 ? await findFirstUses(needs.pool, [...cases]) : new Map<string, LoggedEntry>()
    for (const pull of pulls) rules.see(seen(pull, firstUses, watched))
  }
  return rules.alarms()
}

function seen(
  pull: LoggedPull,
  firstUses: ReadonlyMap<string, LoggedEntry>,
  watched: ReadonlyMap<string, readonly string[]>,
): SeenPull {
  const { index, at, caller, department, decision } = pull
  const subjects = pull.about.map(subjectKey)
  const firstUse = readIndexed(firstUses.get(pull.case ?? '')?.entry ?? '')
  return {
    index,
    at,
    caller,
    department,
    decision,
    official: pull.official ?? null,
    caseNumber: pull.case ?? null,
    caseSince: firstUse ? new Date(firstUse.at) : null,
    code: pull.code ?? null,
    confidential: pull.confidentialUntil !== undefined,
    subjects,
    watched: [...new Set(subjects.flatMap(subject => watched.get(subject) ?? []))],
  }
}

/** The entry of a changed list names no subject: whoever reads the log need not learn who is watched. */
export async function putWatchList(needs: LogNeeds, caller: Caller, list: string, subjects: Subject[]): Promise<void> {
  await needs.accessLog.commitWith(async (tx, record) => {
    await storeWatchList(tx, list, subjects)
    record({ kind: 'watch-list', caller: caller.id, content: { list, count: subjects.length }, decision: 'permit' })
  })
}
