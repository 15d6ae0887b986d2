/** Lists: items by position, further items, what must be contained. */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import { isObject } from '../../contract/canonical-json.ts'
import type { DifferenceType } from '../difference-types.ts'
import {
  type Compare,
  changeOfRest,
  type Found,
  found,
  listOf,
  type Place,
  stepInto,
  type Tools,
} from './difference.ts'
import { compareLimit } from './limits.ts'
import { isAnything } from './members.ts'

export const compareArrays: Compare = (place, old, next, tools) => [
  ...comparePositions(place, old, next, tools),
  ...compareFurther(place, old, next, tools),
  ...compareUnique(place, old, next),
  ...compareContains(place, old, next, tools),
]

const positionWrap = (at: number) => (schema: Json) => ({ prefixItems: [...Array<Json>(at).fill(true), schema] })

function comparePositions(place: Place, old: JsonObject, next: JsonObject, tools: Tools): Found[] {
  const [before, after] = [listOf(old, 'prefixItems'), listOf(next, 'prefixItems')]
  return Array.from({ length: Math.max(before.length, after.length) }, (_, at): Found[] => {
    const tokens = ['prefixItems', String(at)]
    const wrap = positionWrap(at)
    const [was, is] = [before[at], after[at]]
    if (was !== undefined && is !== undefined) return tools.walk(stepInto(place, tokens, [was, is], wrap))
    if (is !== undefined)
      return [found(place, typeOfAdded(place, old.items, is, tools), tokens, { is: at, demand: wrap(is) })]
    const demand = isAnything(next.items) ? undefined : wrap(next.items!)
    return [found(place, typeOfRemoved(place, was!, next.items, tools), tokens, { was: at, demand })]
  }).flat()
}

function typeOfAdded(place: Place, items: Json | undefined, is: Json, { isWithin }: Tools): DifferenceType {
  if (isAnything(items)) return 'item_added_to_open_content_model'
  if (items === false) return 'item_added_to_closed_content_model'
  const isCovered = isWithin({ ...place.old, schema: items! }, { ...place.next, schema: is })
  return `item_added_${isCovered ? 'is' : 'not'}_covered_by_partially_open_content_model`
}

function typeOfRemoved(place: Place, was: Json, items: Json | undefined, { isWithin }: Tools): DifferenceType {
  if (isAnything(items)) return 'item_removed_from_open_content_model'
  if (items === false) {
    return was === false
      ? 'item_with_false_removed_from_closed_content_model'
      : 'item_removed_from_closed_content_model'
  }
  const isCovered = isWithin({ ...place.old, schema: was }, { ...place.next, schema: items! })
  return `item_removed_${isCovered ? 'is' : 'not'}_covered_by_partially_open_content_model`
}

function compareFurther(place: Place, old: JsonObject, next: JsonObject, tools: Tools): Found[] {
  const [was, is] = [old.items ?? true, next.items ?? true]
  const wrap = (schema: Json) => ({ prefixItems: listOf(next, 'prefixItems').map(() => true), items: schema })
  const demandOf = (schema: Json) => (listOf(next, 'prefixItems').length > 0 ? wrap(schema) : { items: schema })
  if (isObject(was) && isObject(is)) return tools.walk(stepInto(place, ['items'], [was, is], demandOf))
  if (was === is || (isAnything(was) && isAnything(is))) return []
  const demand = isAnything(is) ? undefined : demandOf(is)
  return [found(place, `additional_items_${changeOfRest(was, is)}`, 'items', { was, is, demand })]
}

function compareUnique(place: Place, old: JsonObject, next: JsonObject): Found[] {
  const [was, is] = [old.uniqueItems === true, next.uniqueItems === true]
  if (was === is) return []
  return is
    ? [found(place, 'unique_items_added', 'uniqueItems', { demand: { uniqueItems: true } })]
    : [found(place, 'unique_items_removed', 'uniqueItems')]
}

/** `contains` and its limits make one demand: more items of another kind may be fewer of the old. */
function compareContains(place: Place, old: JsonObject, next: JsonObject, { isWithin }: Tools): Found[] {
  const [was, is] = [old.contains, next.contains]
  if (was === undefined && is === undefined) return []
  if (is === undefined) return [found(place, 'contains_removed', 'contains')]
  const demand = demandOfContains(next)
  if (was === undefined) return [found(place, 'contains_added', 'contains', { demand })]
  const inner = { schema: was, document: place.old.document }
  const outer = { schema: is, document: place.next.document }
  const isSame = isWithin(inner, outer) && isWithin(outer, inner)
  return [
    ...(isSame ? [] : [found(place, 'contains_changed', 'contains', { demand })]),
    ...compareLimit(
      place,
      { keyword: 'minContains', base: 'min_contains' },
      [old.minContains, next.minContains],
      demand,
    ),
    ...compareLimit(
      place,
      { keyword: 'maxContains', base: 'max_contains' },
      [old.maxContains, next.maxContains],
      demand,
    ),
  ]
}

const demandOfContains = (rules: JsonObject): JsonObject =>
  Object.fromEntries(
    ['contains', 'minContains', 'maxContains'].flatMap(key => (rules[key] === undefined ? [] : [[key, rules[key]]])),
  )
