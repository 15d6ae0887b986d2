/** Numbers that bound: lengths, sizes, amounts; and `multipleOf`. */
import type { Json } from '../../contract/canonical-json.ts'
import { isMultipleOf } from '../../json-schema/multiple-of.ts'
import type { LimitType } from '../difference-types.ts'
import { type Compare, type Found, found, type Place } from './difference.ts'

const baseOf = {
  maxLength: 'max_length',
  minLength: 'min_length',
  maximum: 'maximum',
  minimum: 'minimum',
  exclusiveMaximum: 'exclusive_maximum',
  exclusiveMinimum: 'exclusive_minimum',
  maxItems: 'max_items',
  minItems: 'min_items',
  maxProperties: 'max_properties',
  minProperties: 'min_properties',
} as const

const bases = Object.entries(baseOf)
export const limitKeywords = [...Object.keys(baseOf), 'multipleOf']

export const compareLimits: Compare = (place, old, next) => [
  ...bases.flatMap(([keyword, base]) => compareLimit(place, { keyword, base }, [old[keyword], next[keyword]])),
  ...compareMultiple(place, old.multipleOf, next.multipleOf),
]

/** `base`: the difference’s name without what happened to it. */
type Limit = {
  keyword: string
  base: LimitType extends `${infer B}_${'added' | 'removed' | 'increased' | 'decreased'}` ? B : never
}

/** `demand` is what goes with the new limit, where it means nothing alone. */
export function compareLimit(
  place: Place,
  { keyword, base }: Limit,
  [was, is]: [Json | undefined, Json | undefined],
  demand: Json | undefined = is === undefined ? undefined : { [keyword]: is },
): Found[] {
  if (was === is) return []
  const change =
    was === undefined ? 'added' : is === undefined ? 'removed' : Number(is) > Number(was) ? 'increased' : 'decreased'
  return [found(place, `${base}_${change}` as LimitType, keyword, { was, is, demand })]
}

function compareMultiple(place: Place, was: Json | undefined, is: Json | undefined): Found[] {
  if (was === is) return []
  if (is === undefined) return [found(place, 'multiple_of_removed', 'multipleOf', { was })]
  const demand = { multipleOf: is }
  if (was === undefined) return [found(place, 'multiple_of_added', 'multipleOf', { is, demand })]
  const isReduced = isMultipleOf(was as number, is as number)
  const isExpanded = isMultipleOf(is as number, was as number)
  const type = isReduced ? 'multiple_of_reduced' : isExpanded ? 'multiple_of_expanded' : 'multiple_of_changed'
  return [found(place, type, 'multipleOf', { was, is, demand })]
}
