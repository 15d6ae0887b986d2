/** The auditor's figures, counted from the log as it stands; asking for them is an entry. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { draftBy } from '../append/draft.ts'
import { readHead } from '../append/log-store.ts'
import type { LogNeeds } from '../append/needs.ts'
import { type Figure, openPullFigures } from './pull-figures.ts'
import { findPullSpan, readPulls } from './read-pulls.ts'

const longest = 92 * 86_400_000

/** `from` and `until` are instants of RFC 3339; `until` is not included. */
export async function readFigures(
  needs: LogNeeds,
  caller: Caller,
  { from, until }: { from: string; until: string },
): Promise<Figure[] | Failure> {
  const period = { from: new Date(from), until: new Date(until) }
  const length = period.until.getTime() - period.from.getTime()
  if (!(length > 0 && length <= longest)) {
    return failure('LOG_SEARCH_TOO_WIDE', {
      pointer: '/until',
      ...inWords('Ask for at most 92 days, the end after the start.', '最多查询 92 天，且结束须晚于开始。'),
    })
  }
  await needs.accessLog.commitWith(async (_, record) => {
    const content = { what: 'figures', filter: { from, until, bySubject: false } }
    record(draftBy(caller, undefined, { kind: 'log-search', content }))
    return undefined
  })
  const span = await findPullSpan(needs.pool, period, (await readHead(needs.pool)).edge.size)
  const figures = openPullFigures()
  do {
    for await (const pulls of readPulls(needs.pool, span)) for (const pull of pulls) figures.take(pull)
  } while (figures.again())
  return figures.figures()
}
