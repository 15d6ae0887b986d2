/** Statements about a value: its type, listed values, pattern and format; and the annotations, which have no say. */

import { canonicalJson, type Json, type JsonObject } from '../../contract/canonical-json.ts'
import { isOfDefinitions } from '../../json-schema/schema-keywords.ts'
import { isSilent } from '../document.ts'
import { type Compare, type Found, found, isSubset, keysOf, type Place } from './difference.ts'

export const compareValues: Compare = (place, old, next) => [
  ...compareTypes(place, old.type, next.type),
  ...compareEnums(place, old.enum as Json[] | undefined, next.enum as Json[] | undefined),
  ...compareSingle(place, 'const', old, next),
  ...compareSingle(place, 'pattern', old, next),
  ...compareSingle(place, 'format', old, next),
]

function compareTypes(place: Place, was: Json | undefined, is: Json | undefined): Found[] {
  const [before, after] = [was, is].map(types => (types === undefined ? undefined : allTypes(types)))
  if (isSame(before, after)) return []
  const isExtended = !after || (before !== undefined && isSubset(before, after))
  const isNarrowed = !before || (after !== undefined && isSubset(after, before))
  const type = isExtended ? 'type_extended' : isNarrowed ? 'type_narrowed' : 'type_changed'
  const anything = 'any'
  const demand = is === undefined ? undefined : { type: is }
  return [found(place, type, 'type', { was: was ?? anything, is: is ?? anything, demand })]
}

const isSame = (a: Set<Json> | undefined, b: Set<Json> | undefined) =>
  a === b || (a !== undefined && b !== undefined && a.size === b.size && isSubset(a, b))

/** `number` includes `integer`. */
function allTypes(types: Json): Set<Json> {
  const names = [types].flat() as Json[]
  return new Set(names.includes('number') ? [...names, 'integer'] : names)
}

function compareEnums(place: Place, was: Json[] | undefined, is: Json[] | undefined): Found[] {
  if (!was && !is) return []
  if (!is) return [found(place, 'enum_array_removed', 'enum')]
  const demand = { enum: is }
  if (!was) return [found(place, 'enum_array_added', 'enum', { demand })]
  const [before, after] = [new Set(was.map(canonicalJson)), new Set(is.map(canonicalJson))]
  if (before.size === after.size && isSubset(before, after)) return []
  const type = isSubset(before, after)
    ? 'enum_array_extended'
    : isSubset(after, before)
      ? 'enum_array_narrowed'
      : 'enum_array_changed'
  return [found(place, type, 'enum', { demand })]
}

function compareSingle(
  place: Place,
  keyword: 'const' | 'pattern' | 'format',
  old: JsonObject,
  next: JsonObject,
): Found[] {
  const [was, is] = [old[keyword], next[keyword]]
  if (was === undefined && is === undefined) return []
  if (is === undefined) return [found(place, `${keyword}_removed`, keyword, { was })]
  const demand = { [keyword]: is }
  if (was === undefined) return [found(place, `${keyword}_added`, keyword, { is, demand })]
  if (canonicalJson(was) === canonicalJson(is)) return []
  return [found(place, `${keyword}_changed`, keyword, { was, is, demand })]
}

const annotations = {
  $id: 'id_changed',
  title: 'title_changed',
  description: 'description_changed',
  default: 'default_changed',
} as const

export const compareAnnotations: Compare = (place, old, next) => {
  if (old === next) return []
  const differs = (keyword: string) =>
    old[keyword] !== next[keyword] && canonicalJson(old[keyword] ?? null) !== canonicalJson(next[keyword] ?? null)
  const written = keysOf(old, next)
    .filter(isSilent)
    .filter(keyword => !isOfDefinitions(keyword) && differs(keyword))
  return written.map(keyword =>
    found(place, annotations[keyword as keyof typeof annotations] ?? 'annotation_changed', keyword),
  )
}
