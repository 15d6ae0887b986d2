/** Alarms are worked out when an auditor asks: from the log as it stands, by the rules as they are, and the asking is logged. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { type Subject, subjectKey } from '../../../contract/subject.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { readHead } from '../append/log-store.ts'
import type { LogNeeds } from '../append/needs.ts'
import { findFirstUses } from '../index/find-first-uses.ts'
import { readIndexed } from '../index/indexed-entry.ts'
import { type Alarm, createRules, type SeenPull, type Thresholds } from './alarm-rules.ts'
import { readWatched, storeWatchList } from './alarm-store.ts'
import type { IndexSpan } from './find-index-span.ts'
import type { LoggedPull } from './pull-entry.ts'
import { findPullSpan, readPulls } from './read-pulls.ts'
import { readSlices } from './read-slices.ts'

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
  const firstUses = await readFirstUses(needs.pool, span)
  for await (const pulls of readPulls(needs.pool, span)) {
    for (const pull of pulls) rules.see(seen(pull, firstUses, watched))
  }
  return rules.alarms()
}

/** Of each case that an entry of the span names, when it was first used, before the span or in it. */
async function readFirstUses(db: Queryable, span: IndexSpan): Promise<ReadonlyMap<string, Date>> {
  const inSpan = new Map<string, Date>()
  for await (const entries of readSlices(db, span)) {
    for (const { entry } of entries) {
      const named = readIndexed(entry)
      if (named?.case !== undefined && !inSpan.has(named.case)) inSpan.set(named.case, new Date(named.at))
    }
  }
  return new Map([...inSpan, ...(await findFirstUses(db, inSpan.keys(), span.first))])
}

function seen(
  pull: LoggedPull,
  firstUses: ReadonlyMap<string, Date>,
  watched: ReadonlyMap<string, readonly string[]>,
): SeenPull {
  const { index, at, caller, department, decision } = pull
  const subjects = pull.about.map(subjectKey)
  return {
    index,
    at,
    caller,
    department,
    decision,
    official: pull.official ?? null,
    caseNumber: pull.case ?? null,
    caseSince: firstUses.get(pull.case ?? '') ?? null,
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
