/** Searches that an auditor keeps in this browser. A subject's id is never kept. */
import type { paths } from '../../api-schema'
import { subjectOf } from './subjects.ts'

type Body = NonNullable<paths['/v1/access-log/searches']['post']['requestBody']>['content']['application/json']
const texts = ['caller', 'department', 'official', 'case', 'matter', 'dataset', 'code'] as const

export type Filter = Record<(typeof texts)[number] | 'kind' | 'decision' | 'from' | 'until' | 'subjectId', string>
export type View = { name: string; filter: Partial<Filter> }

const key = 'datarun-views'

export const emptyFilter = (): Filter => ({
  kind: '',
  decision: '',
  caller: '',
  department: '',
  official: '',
  case: '',
  matter: '',
  dataset: '',
  code: '',
  from: '',
  until: '',
  subjectId: '',
})

export const readViews = (): View[] => JSON.parse(localStorage.getItem(key) ?? '[]') as View[]
export const storeViews = (views: readonly View[]): void => localStorage.setItem(key, JSON.stringify(views))

const personIdLength = 18

/** What is sent: whatever is filled in. Times in the form are the browser's own. */
export function bodyOf({ subjectId, from, until, ...rest }: Filter): Body {
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ''))
  return {
    ...given,
    ...(from && { from: new Date(from).toISOString() }),
    ...(until && { until: new Date(until).toISOString() }),
    ...(subjectId.length === personIdLength && { subject: subjectOf(subjectId) }),
  }
}
