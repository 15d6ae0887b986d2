/** One way in which two schemas differ, as it is found: before anybody knows whether it breaks anything. */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import { isObject } from '../../contract/canonical-json.ts'
import { formatPointer } from '../../contract/json-pointer.ts'
import type { DifferenceType } from '../difference-types.ts'
import type { Document, Located } from '../document.ts'

export type Found = {
  type: DifferenceType
  oldPointer: string
  newPointer: string
  was?: Json
  is?: Json
  /**
   * The new schema's demand here, as a schema for the whole record, and nothing else of what it demands: a record of
   * the old schema that fails it shows that this very difference breaks. Absent where nothing is demanded any more.
   */
  demand?: Json
}

/** Two places that speak of the same part of a record. */
export type Place = {
  old: Located
  next: Located
  oldTokens: string[]
  newTokens: string[]
  /** Makes a demand on the part one on the whole record. */
  wrap: (schema: Json) => Json
}

export type Tools = {
  walk: (place: Place) => Found[]
  /** Whether nothing differs, not even a title. */
  isSame: (was: Json, is: Json) => boolean
  /** Whether every value that the one accepts is proven to be accepted by the other. */
  isWithin: (inner: Located, outer: Located) => boolean
}

/** One family of keywords. */
export type Compare = (place: Place, old: JsonObject, next: JsonObject, tools: Tools) => Found[]

export const rulesOf = ({ schema }: Located): JsonObject =>
  isObject(schema) ? schema : schema === false ? { not: true } : {}

/** A difference at a keyword of a place; `demand` is on the part that the place is about. */
export function found(
  place: Place,
  type: DifferenceType,
  keyword: string | string[],
  more: Omit<Partial<Found>, 'type'> = {},
): Found {
  const tokens = [keyword].flat()
  const { demand, ...rest } = more
  return {
    type,
    oldPointer: formatPointer([...place.oldTokens, ...tokens]),
    newPointer: formatPointer([...place.newTokens, ...tokens]),
    ...rest,
    ...(demand !== undefined && { demand: place.wrap(demand) }),
  }
}

/** The place one step further in, on both sides. */
export function stepInto(place: Place, tokens: string[], subs: [Json, Json], wrap: (schema: Json) => Json): Place {
  return {
    old: { schema: subs[0], document: place.old.document },
    next: { schema: subs[1], document: place.next.document },
    oldTokens: [...place.oldTokens, ...tokens],
    newTokens: [...place.newTokens, ...tokens],
    wrap: schema => place.wrap(wrap(schema)),
  }
}

/** How what is left to a schema changed: members or items that it does not name. `true` leaves all to it, `false` nothing. */
export function changeOfRest(was: Json, is: Json): 'added' | 'removed' | 'extended' | 'narrowed' {
  if (was === false) return is === true ? 'added' : 'extended'
  if (is === false) return was === true ? 'removed' : 'narrowed'
  return is === true ? 'extended' : 'narrowed'
}

/** Without a prototype, so that a name such as `toString` is there only if the schema writes it. */
export const mapOf = (schema: JsonObject, keyword: string): JsonObject =>
  Object.assign(Object.create(null) as JsonObject, schema[keyword])
export const listOf = (schema: JsonObject, keyword: string): Json[] => (schema[keyword] as Json[]) ?? []

/** Maps and lists may hold thousands of names: those of either side, each once. */
export const keysOf = (...maps: JsonObject[]) => [...new Set(maps.flatMap(map => Object.keys(map)))]

export const hashesOf = (list: Json[], document: Document) => list.map(schema => document.hashOf(schema))

export const isSubset = <T>(inner: ReadonlySet<T>, outer: ReadonlySet<T>) => [...inner].every(item => outer.has(item))
