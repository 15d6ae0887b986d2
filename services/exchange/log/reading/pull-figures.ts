/** Pulls, refusals and distinct subjects by department and day of the city. A fold over pulls; rules only. */
import { subjectKey } from '../../../contract/subject.ts'
import { isPartial, type LoggedPull } from './pull-entry.ts'
import { openTally } from './tally.ts'

/** `refusals`: pulls of which nothing was given; `partial`: some of it. `subjects`: distinct ones that pulls were about. */
export type Figure = {
  department: string
  day: string
  pulls: number
  partial: number
  refusals: number
  subjects: number
}

export type PullFigures = {
  take(pull: LoggedPull): void
  /** True: take all pulls once more; see tally.ts. */
  again(): boolean
  /** Newest day first. */
  figures(): Figure[]
}

export function openPullFigures(): PullFigures {
  const groups = new Map<string, Figure & { number: number }>()
  const subjects = openTally()
  let isFirst = true
  return {
    take(pull) {
      const { department, day } = pull
      const key = JSON.stringify([department, day])
      const empty = { department, day, pulls: 0, partial: 0, refusals: 0, subjects: 0 }
      const group = groups.get(key) ?? { ...empty, number: groups.size }
      groups.set(key, group)
      for (const subject of pull.about) subjects.put(`${key} ${subjectKey(subject)}`, group.number)
      if (!isFirst) return
      group.pulls += 1
      if (isPartial(pull)) group.partial += 1
      if (pull.decision !== 'permit') group.refusals += 1
    },
    again() {
      isFirst = false
      return subjects.again()
    },
    figures: () =>
      [...groups.values()]
        .map(({ number, ...figure }) => ({ ...figure, subjects: subjects.count(number) }))
        .sort((one, other) => compare(other.day, one.day) || compare(one.department, other.department)),
  }
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
