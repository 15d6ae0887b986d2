/** An auditor's filter, from the form to the question: what cannot be understood is an error at its field. */
import { cityInstant } from '../../../../contract/city-time.ts'
import { anyException, type CodeExceptions } from '../../../../contract/code-exceptions.ts'
import { failures } from '../../../../contract/failure.ts'
import { isFault, readSubject, subjectFaults } from '../../../../contract/read-subject.ts'
import type { Subject } from '../../../../contract/subject.ts'
import type { Both } from '../../both.ts'

const words = ['kind', 'decision', 'system', 'department', 'official', 'case', 'matter', 'dataset', 'code'] as const
/** `subjectType` is empty where the id itself says. */
type FilterField = (typeof words)[number] | 'from' | 'until' | 'subjectId' | 'subjectType'
export type Filter = Record<FilterField, string>
/** The question to the hub: a field that is not filled in is not in it. Times are instants of RFC 3339. */
export type Question = Partial<Record<(typeof words)[number] | 'from' | 'until', string>> & { subject?: Subject }
export type Wrong = Partial<Record<keyof Filter, Both>>

export const emptyFilter = (): Filter => ({
  kind: '',
  decision: '',
  system: '',
  department: '',
  official: '',
  case: '',
  matter: '',
  dataset: '',
  code: '',
  from: '',
  until: '',
  subjectId: '',
  subjectType: '',
})

/** The question that the form asks, every field that is filled in; or what is wrong with which fields. */
export function readFilter(filter: Filter, exceptions?: CodeExceptions): { question: Question } | { wrong: Wrong } {
  const type = typeOf(filter)
  // Who says that it is an organisation's code may mean one whose naming was withdrawn; else it is a typing error.
  const known = type === 'organisation' ? anyException : exceptions
  const subject = filter.subjectId.trim() ? readSubject(filter.subjectId, type, known) : undefined
  const from = filter.from ? cityInstant(filter.from) : undefined
  const until = filter.until ? cityInstant(filter.until) : undefined
  const wrong: Wrong = {
    ...(filter.code && !Object.hasOwn(failures, filter.code) && { code: unknownCode }),
    ...(from && until && until <= from && { until: endsEarly }),
    ...(subject !== undefined && isFault(subject) && { subjectId: subjectFaults[subject] }),
    ...(subject === undefined && filter.subjectType && { subjectId: subjectFaults.missing }),
  }
  if (Object.keys(wrong).length > 0) return { wrong }
  const filled = words.filter(word => filter[word] !== '').map(word => [word, filter[word]])
  return {
    question: {
      ...(Object.fromEntries(filled) as Question),
      ...(from && { from: from.toISOString() }),
      ...(until && { until: until.toISOString() }),
      ...(subject !== undefined && !isFault(subject) && { subject }),
    },
  }
}

const typeOf = ({ subjectType }: Filter): Subject['type'] | undefined =>
  subjectType === 'person' || subjectType === 'organisation' ? subjectType : undefined

const unknownCode = {
  en: 'There is no such code; docs/failures.md lists them, in capitals.',
  zh: '没有该原因代码。代码为大写英文，见 docs/failures.md。',
}
const endsEarly = { en: 'It must lie after the start.', zh: '须晚于起始时间。' }
