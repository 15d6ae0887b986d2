/** allOf, anyOf, oneOf, not, if: what is combined, and how. */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import type { DifferenceType } from '../difference-types.ts'
import {
  type Compare,
  type Found,
  found,
  hashesOf,
  isSubset,
  listOf,
  type Place,
  stepInto,
  type Tools,
} from './difference.ts'

export const compareCombinations: Compare = (place, old, next, tools) => [
  ...compareReference(place, old, next, tools),
  ...compareProduct(place, old, next, tools),
  ...compareSums(place, old, next),
  ...compareNot(place, old.not, next.not, tools),
  ...compareConditional(place, old, next),
]

/** A reference beside other keywords is one demand more. */
function compareReference(place: Place, old: JsonObject, next: JsonObject, tools: Tools): Found[] {
  const [was, is] = [old.$ref, next.$ref]
  if (was === undefined && is === undefined) return []
  if (is === undefined) return [found(place, 'product_type_narrowed', '$ref')]
  if (was === undefined) return [found(place, 'product_type_extended', '$ref', { demand: { $ref: is } })]
  return tools.walk(stepInto(place, ['$ref'], [{ $ref: was }, { $ref: is }], schema => schema))
}

function compareProduct(place: Place, old: JsonObject, next: JsonObject, tools: Tools): Found[] {
  const [before, after] = [listOf(old, 'allOf'), listOf(next, 'allOf')]
  if (before.length === after.length) {
    return after.flatMap((is, at) =>
      tools.walk(stepInto(place, ['allOf', String(at)], [before[at]!, is], schema => schema)),
    )
  }
  const known = new Set(hashesOf(before, place.old.document))
  const added = hashesOf(after, place.next.document).flatMap((hash, at) => (known.has(hash) ? [] : [at]))
  const extended = added.map(at => found(place, 'product_type_extended', ['allOf', String(at)], { demand: after[at]! }))
  return extended.length > 0 ? extended : [found(place, 'product_type_narrowed', 'allOf')]
}

function compareSums(place: Place, old: JsonObject, next: JsonObject): Found[] {
  return (['anyOf', 'oneOf'] as const).flatMap(keyword => {
    const [was, is] = [old[keyword] as Json[] | undefined, next[keyword] as Json[] | undefined]
    if (!was && !is) return []
    const other = keyword === 'anyOf' ? 'oneOf' : 'anyOf'
    if (!is)
      return [found(place, next[other] && !old[other] ? 'combined_type_changed' : 'combined_type_removed', keyword)]
    const demand = { [keyword]: is }
    if (!was) {
      const isSwap = old[other] !== undefined && next[other] === undefined
      return [found(place, isSwap ? 'combined_type_changed' : 'combined_type_added', keyword, { demand })]
    }
    const type = typeOfSum(new Set(hashesOf(was, place.old.document)), new Set(hashesOf(is, place.next.document)))
    return type ? [found(place, type, keyword, { demand })] : []
  })
}

function typeOfSum(before: Set<string>, after: Set<string>): DifferenceType | undefined {
  const [isLarger, isSmaller] = [isSubset(before, after), isSubset(after, before)]
  if (isLarger && isSmaller) return undefined
  if (isLarger) return 'sum_type_extended'
  return isSmaller ? 'sum_type_narrowed' : 'combined_type_subschemas_changed'
}

function compareNot(place: Place, was: Json | undefined, is: Json | undefined, { isWithin }: Tools): Found[] {
  if (was === undefined && is === undefined) return []
  if (is === undefined) return [found(place, 'not_type_narrowed', 'not')]
  const demand = { not: is }
  if (was === undefined) return [found(place, 'not_type_extended', 'not', { demand })]
  const inner = { schema: is, document: place.next.document }
  const outer = { schema: was, document: place.old.document }
  const isLess = isWithin(inner, outer)
  if (isLess && isWithin(outer, inner)) return []
  return [found(place, isLess ? 'not_type_narrowed' : 'not_type_extended', 'not', { demand })]
}

function compareConditional(place: Place, old: JsonObject, next: JsonObject): Found[] {
  const conditionOf = (rules: JsonObject): JsonObject | undefined =>
    rules.if === undefined
      ? undefined
      : Object.fromEntries(['if', 'then', 'else'].flatMap(key => (rules[key] === undefined ? [] : [[key, rules[key]]])))
  const [was, is] = [conditionOf(old), conditionOf(next)]
  if (!was && !is) return []
  if (!is) return [found(place, 'conditional_removed', 'if')]
  if (!was) return [found(place, 'conditional_added', 'if', { demand: is })]
  const isSame = place.old.document.hashOf(was) === place.next.document.hashOf(is)
  return isSame ? [] : [found(place, 'conditional_changed', 'if', { demand: is })]
}
