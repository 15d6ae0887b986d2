/** Effects of a new version of a schema, as the hub's dry run tells them; `compatibility` is open in the API document. */
import type { paths } from '../../api-schema'

type Answer = paths['/v1/datasets/{id}/schemas']['post']['responses']['200']['content']['application/json']
export type Impact = Omit<Extract<Answer, { changedFields: string[] }>, 'compatibility'> & {
  compatibility: Compatibility
}
export type Compatibility = { verdict: string; mode: string; profile: string; comparisons: Comparison[] }
type Comparison = {
  version: number
  direction: string
  verdict: string
  differences: Difference[]
  counterExample?: CounterExample
}
type Difference = {
  effect: 'breaks' | 'undecided' | 'none'
  oldPointer?: string
  newPointer?: string
  en: string
  zh: string
  counterExample?: CounterExample
}
type CounterExample = { record?: unknown; rejectedBecause: unknown }

export const isImpact = (answer: Answer): answer is Extract<Answer, { changedFields: string[] }> =>
  'changedFields' in answer

export const kindOfVerdict = (verdict: string): 'good' | 'bad' | 'wait' =>
  verdict === 'compatible' ? 'good' : verdict === 'incompatible' ? 'bad' : 'wait'
