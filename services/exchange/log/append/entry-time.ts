/**
 * The time of entries. Retention and searches rest on it, so it never falls, and no clock may lead it astray: one that is a
 * little behind the newest entry takes that entry's time; one that is further behind is refused, and so is one that is ahead
 * of PostgreSQL's, as all that came after its entries would be refused.
 */
import { inWords } from '../../../contract/failure.ts'
import { LogUnavailable } from '../tree/log-unavailable.ts'

/** Milliseconds by which the clocks of hubs and of PostgreSQL may differ. */
export const clockSkew = 15 * 60_000

/** `last`: time of the newest entry; `database`: PostgreSQL's clock, where it has been read. */
export type Clocks = { now: Date; last?: Date | undefined; database?: Date | undefined }

/** `by`: milliseconds. */
export type ClockWrong = { wrong: 'behind' | 'ahead'; by: number }

/** The time that an entry made now has, or why it can have none. */
export function timeOf({ now, last, database }: Clocks, skew = clockSkew): Date | ClockWrong {
  const ahead = database ? now.getTime() - database.getTime() : 0
  if (ahead > skew) return { wrong: 'ahead', by: ahead }
  const behind = last ? last.getTime() - now.getTime() : 0
  if (behind > skew) return { wrong: 'behind', by: behind }
  return last && behind > 0 ? last : now
}

/** @throws LogUnavailable where the clocks allow no entry. */
export function requireTime(clocks: Clocks, skew?: number): Date {
  const time = timeOf(clocks, skew)
  if (time instanceof Date) return time
  const minutes = Math.round(time.by / 60_000)
  throw time.wrong === 'ahead'
    ? new LogUnavailable(`the hub's clock is ${minutes} minutes ahead of the database's`, {
        words: inWords('The hub’s clock is wrong: the operator must set it.', '平台时钟有误，须由运维人员校正。'),
      })
    : new LogUnavailable(`the hub's clock is ${minutes} minutes behind the newest log entry`, {
        words: inWords(
          'The hub’s clock is behind the newest log entry: the operator must set it, or run `datarun log accept-clock`.',
          '平台时钟早于最新日志条目，须由运维人员校正时钟，或执行 datarun log accept-clock。',
        ),
      })
}
