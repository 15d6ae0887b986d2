/**
 * Refusals at the door, as they go into the access log: rules only. Every request that is refused before a room sees it is
 * told, but a flood must not flood the log: of alike ones the first of each minute have entries of their own, the rest is one
 * entry with their number when the minute is over. Callers without a valid token have no name, and are only counted. No entry has
 * an address, a body or anything else of the request but the route's pattern.
 */
import type { FailureCode } from '../../../contract/failure.ts'
import type { Refusal } from '../../platform/http/access.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Draft } from './access-log.ts'

/** Entries of their own, each minute: of one caller with one code, and of all callers together. */
export const ownEntries = 5
export const mostOwnEntries = 300
/** Kinds of refusals (caller and code) counted apart in a minute; of all beyond only their number is told. */
const mostCounts = 5_000

type Count = { caller: Caller | undefined; code: FailureCode; own: number; more: number; from: Date; until: Date }

export type Refusals = {
  note(refusal: Refusal, now: Date): void
  /** Entries due by now: single refusals at once, counts when their minute is over (or `all` is wanted). */
  take(now: Date, all?: boolean): Draft[]
}

const minuteOf = (at: Date) => Math.floor(at.getTime() / 60_000)

export function createRefusals(): Refusals {
  let single: Draft[] = []
  let ended: Draft[] = []
  let counts = new Map<string, Count>()
  let minute = 0
  let own = 0

  const endMinute = () => {
    ended.push(...[...counts.values()].filter(({ more }) => more > 0).map(countDraft))
    counts = new Map()
    own = 0
  }
  const countOf = (caller: Caller | undefined, code: FailureCode, now: Date): Count => {
    const isNew = !counts.has(keyOf(caller, code))
    const known = isNew && counts.size >= mostCounts ? undefined : caller
    const key = keyOf(known, code)
    const count = counts.get(key) ?? { caller: known, code, own: 0, more: 0, from: now, until: now }
    counts.set(key, count)
    return count
  }
  return {
    note(refusal, now) {
      if (minuteOf(now) !== minute) endMinute()
      minute = minuteOf(now)
      const count = countOf(refusal.caller, refusal.code, now)
      if (count.caller && count.own < ownEntries && own < mostOwnEntries) {
        count.own += 1
        own += 1
        single.push(singleDraft(refusal))
        return
      }
      if (count.more === 0) count.from = now
      count.more += 1
      count.until = now
    },
    take(now, all = false) {
      if (all || minuteOf(now) !== minute) endMinute()
      const drafts = [...single, ...ended]
      single = []
      ended = []
      return drafts
    },
  }
}

const keyOf = (caller: Caller | undefined, code: FailureCode) => `${caller?.id ?? ''} ${code}`

const draftOf = (caller: Caller | undefined, code: FailureCode, content: Draft['content']): Draft => ({
  kind: 'refusal',
  caller: caller?.id ?? 'anonymous',
  ...(caller?.department && { department: caller.department }),
  content,
  decision: 'refuse',
  code,
})

const singleDraft = ({ caller, code, method, route }: Refusal) => draftOf(caller, code, { count: 1, method, route })

const countDraft = ({ caller, code, more, from, until }: Count) =>
  draftOf(caller, code, { count: more, from: from.toISOString(), until: until.toISOString() })
