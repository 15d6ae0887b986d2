/**
 * The rules by which the log raises alarms, all of them. Each looks at the pulls of a span of time in their order and says
 * which are worth a person's look, with a sentence why and the entries themselves. None accuses: each has an innocent case.
 */
import { cityDayOf, cityOffset } from '../../../contract/city-time.ts'

/** A pull as the rules see it. `caseSince` is when its case was first used; `watched` names the lists its subjects are on. */
export type SeenPull = {
  index: number
  at: Date
  caller: string
  department: string
  official: string | null
  caseNumber: string | null
  caseSince: Date | null
  decision: string
  code: string | null
  /** Whether the entry is kept from its subjects until a day. */
  confidential: boolean
  subjects: readonly string[]
  watched: readonly string[]
}

export type Thresholds = {
  /** Distinct subjects that one official may look at within an hour. */
  alarmSubjectsPerHour: number
  /** Pulls without a case, or with one that is older than the days allowed, in a day. */
  alarmPullsWithoutCase: number
  alarmCaseDays: number
  /** The night, in hours of the city, and the pulls an official may make in it. */
  alarmNightFrom: number
  alarmNightUntil: number
  alarmNightPulls: number
  /** Refusals one after another. */
  alarmRefusalsInRow: number
}

export type Alarm = {
  rule:
    | 'many-subjects'
    | 'no-live-case'
    | 'at-night'
    | 'watched-subject'
    | 'refusals-in-row'
    | 'guessing'
    | 'kept-from-subject'
  caller: string
  department: string
  official?: string
  from: string
  until: string
  because: { en: string; zh: string }
  /** How many entries, and the first hundred of them. */
  count: number
  entries: number[]
}

type Rule = { see: (pull: SeenPull) => void; alarms: () => Alarm[] }

export function createRules(thresholds: Thresholds): { see: (pull: SeenPull) => void; alarms: () => Alarm[] } {
  const byThreshold = [manySubjects, noLiveCase, atNight, refusalsInRow].map(rule => rule(thresholds))
  const rules = [...byThreshold, watchedSubject(), guessing(), keptFromSubject()]
  return {
    see(pull) {
      for (const rule of rules) rule.see(pull)
    },
    alarms: () => rules.flatMap(rule => rule.alarms()).sort((a, b) => b.entries[0]! - a.entries[0]!),
  }
}

function manySubjects({ alarmSubjectsPerHour: limit }: Thresholds): Rule {
  const hours = groups<Group & { subjects: Set<string> }>(group => ({ ...group, subjects: new Set() }))
  return {
    see(pull) {
      const hour = hours.of(pull, hourOf(pull.at))
      hour.pulls.push(pull)
      for (const subject of pull.subjects) hour.subjects.add(subject)
    },
    alarms: () =>
      hours.all().flatMap(hour =>
        alarmIf(hour.subjects.size > limit, 'many-subjects', hour, {
          en: `${hour.subjects.size} different subjects within an hour; ${limit} are usual.`,
          zh: `一小时内查询 ${hour.subjects.size} 个不同主体，通常不超过 ${limit} 个。`,
        }),
      ),
  }
}

function noLiveCase({ alarmPullsWithoutCase: limit, alarmCaseDays: days }: Thresholds): Rule {
  const found = groups<Group>(group => group)
  const isLive = ({ at, caseSince }: SeenPull) =>
    caseSince !== null && at.getTime() - caseSince.getTime() <= days * 86_400_000
  return {
    see(pull) {
      if (pull.caseNumber === null || !isLive(pull)) found.of(pull, cityDayOf(pull.at)).pulls.push(pull)
    },
    alarms: () =>
      found.all().flatMap(day =>
        alarmIf(day.pulls.length > limit, 'no-live-case', day, {
          en: `${day.pulls.length} pulls in a day with no case, or with one first used more than ${days} days before.`,
          zh: `一天内有 ${day.pulls.length} 次调用没有办件编号，或办件首次使用已超过 ${days} 天。`,
        }),
      ),
  }
}

function atNight({ alarmNightFrom: from, alarmNightUntil: until, alarmNightPulls: limit }: Thresholds): Rule {
  const nights = groups<Group>(group => group)
  const isNight = (hour: number) => (from > until ? hour >= from || hour < until : hour >= from && hour < until)
  return {
    see(pull) {
      // The hours after midnight belong to the evening before.
      const evening = cityDayOf(new Date(pull.at.getTime() - until * 3_600_000))
      if (pull.official !== null && isNight(cityHour(pull.at))) nights.of(pull, evening).pulls.push(pull)
    },
    alarms: () =>
      nights.all().flatMap(night =>
        alarmIf(night.pulls.length > limit, 'at-night', night, {
          en: `${night.pulls.length} pulls by a person between ${from}:00 and ${until}:00.`,
          zh: `${from}:00 至 ${until}:00 之间有 ${night.pulls.length} 次人工调用。`,
        }),
      ),
  }
}

function watchedSubject(): Rule {
  const found = groups<Group>(group => group)
  return {
    see(pull) {
      for (const list of pull.watched) found.of(pull, list).pulls.push(pull)
    },
    alarms: () =>
      found.all().flatMap(list =>
        alarmIf(true, 'watched-subject', list, {
          en: `${list.pulls.length} pulls about subjects of the list “${list.label}”.`,
          zh: `对关注名单“${list.label}”中的主体调用 ${list.pulls.length} 次。`,
        }),
      ),
  }
}

/** Past what claims about one subject may be, or may tell, even one more is worth a look. */
const guessing = (): Rule =>
  anyInDay(
    'guessing',
    ({ code }) => code === 'CLAIMS_TOO_MANY' || code === 'CLAIMS_LEARNT_TOO_MUCH',
    count => ({
      en: `${count} pulls in a day had claims about a subject past the limit, or past what claims may tell of a field.`,
      zh: `一天内有 ${count} 次核验超过对同一主体的次数上限或同一字段的信息量上限。`,
    }),
  )

/** Its subject cannot ask about it for now, so that auditors are the only ones who do. */
const keptFromSubject = (): Rule =>
  anyInDay(
    'kept-from-subject',
    ({ confidential }) => confidential,
    count => ({
      en: `${count} pulls in a day are kept from those they are about; their entries name the order.`,
      zh: `一天内有 ${count} 次调用对主体保密，条目中载明决定机关与理由。`,
    }),
  )

function anyInDay(
  rule: Alarm['rule'],
  isMeant: (pull: SeenPull) => boolean,
  because: (count: number) => Alarm['because'],
): Rule {
  const days = groups<Group>(group => group)
  return {
    see(pull) {
      if (isMeant(pull)) days.of(pull, cityDayOf(pull.at)).pulls.push(pull)
    },
    alarms: () => days.all().flatMap(day => alarmIf(true, rule, day, because(day.pulls.length))),
  }
}

function refusalsInRow({ alarmRefusalsInRow: limit }: Thresholds): Rule {
  const rows = new Map<string, Group>()
  const ended: Group[] = []
  const close = (actor: string) => {
    const row = rows.get(actor)
    if (row && row.pulls.length >= limit) ended.push(row)
    rows.delete(actor)
  }
  return {
    see(pull) {
      const actor = actorOf(pull)
      if (pull.decision === 'permit') return close(actor)
      const row = rows.get(actor) ?? { label: '', pulls: [] }
      rows.set(actor, row)
      row.pulls.push(pull)
    },
    alarms() {
      for (const actor of [...rows.keys()]) close(actor)
      return ended.flatMap(row =>
        alarmIf(true, 'refusals-in-row', row, {
          en: `${row.pulls.length} pulls in a row were refused.`,
          zh: `连续 ${row.pulls.length} 次调用被拒绝。`,
        }),
      )
    },
  }
}

/** Pulls of one caller and official that belong together: by hour, by day, by list. */
type Group = { label: string; pulls: SeenPull[] }

const actorOf = ({ caller, official }: SeenPull) => JSON.stringify([caller, official])
const cityHour = (at: Date) => new Date(at.getTime() + cityOffset).getUTCHours()
const hourOf = (at: Date) => `${cityDayOf(at)} ${cityHour(at)}`

function groups<T extends Group>(make: (group: Group) => T) {
  const all = new Map<string, T>()
  return {
    of(pull: SeenPull, label: string): T {
      const key = `${actorOf(pull)} ${label}`
      const group = all.get(key) ?? make({ label, pulls: [] })
      all.set(key, group)
      return group
    },
    all: () => [...all.values()],
  }
}

const shownEntries = 100

function alarmIf(raised: boolean, rule: Alarm['rule'], { pulls }: Group, because: Alarm['because']): Alarm[] {
  const first = pulls[0]
  if (!raised || !first) return []
  const { caller, department, official } = first
  return [
    {
      rule,
      caller,
      department,
      ...(official !== null && { official }),
      from: first.at.toISOString(),
      until: pulls.at(-1)!.at.toISOString(),
      because,
      count: pulls.length,
      entries: pulls.slice(0, shownEntries).map(({ index }) => index),
    },
  ]
}
