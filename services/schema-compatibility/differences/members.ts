/** Named members that come and go, judged by the content model they come into or go from (open, partially open, closed). */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import { isObject } from '../../contract/canonical-json.ts'
import { matches } from '../accepts.ts'
import type { DifferenceType } from '../difference-types.ts'
import { isSilent, type Located } from '../document.ts'
import { type Found, found, keysOf, listOf, mapOf, type Place, stepInto, type Tools } from './difference.ts'

export type ContentModel = 'open' | 'partial' | 'closed'

export const isAnything = (schema: Json | undefined) =>
  schema === undefined || schema === true || (isObject(schema) && Object.keys(schema).every(isSilent))

/** Whether members may be given that `properties` does not name, and whether something decides which. */
export function contentModelOf(rules: JsonObject): ContentModel {
  const rest = [rules.additionalProperties, rules.unevaluatedProperties]
  const hasPatterns = Object.keys(mapOf(rules, 'patternProperties')).length > 0
  if (!hasPatterns && rest.every(isAnything)) return 'open'
  return hasPatterns || rest.some(schema => isObject(schema) && !isAnything(schema)) ? 'partial' : 'closed'
}

/** A schema's demand on a member that its `properties` does not name. */
function coverOf(rules: JsonObject, name: string): Json {
  const patterns = Object.entries(mapOf(rules, 'patternProperties')).filter(([pattern]) => matches(pattern, name))
  if (patterns.length > 0) return { allOf: patterns.map(([, schema]) => schema) }
  return rules.additionalProperties ?? rules.unevaluatedProperties ?? true
}

export function compareMembers(place: Place, old: JsonObject, next: JsonObject, tools: Tools): Found[] {
  const [before, after] = [old, next].map(rules => (rules.properties as JsonObject) ?? {}) as [JsonObject, JsonObject]
  return keysOf(before, after).flatMap(name => {
    const [was, is] = [own(before, name), own(after, name)]
    if (was !== undefined && is !== undefined && tools.isSame(was, is)) return []
    const tokens = ['properties', name]
    const wrap = (schema: Json) => ({ properties: { [name]: schema } })
    if (was !== undefined && is !== undefined) return tools.walk(stepInto(place, tokens, [was, is], wrap))
    if (is !== undefined) {
      return [
        found(place, typeOfAdded(place, [old, next], name, tools), tokens, {
          is: name,
          demand: demandOf(next, name, is),
        }),
      ]
    }
    const cover = coverOf(next, name)
    const demand = isAnything(cover) ? undefined : wrap(cover)
    return [found(place, typeOfRemoved(place, [old, next], name, tools), tokens, { was: name, demand })]
  })
}

const own = (map: JsonObject, name: string): Json | undefined => (Object.hasOwn(map, name) ? map[name] : undefined)

export const hasDefault = (schema: Json | undefined) => isObject(schema) && schema.default !== undefined

/** That a member fits a schema, and that it is there if it must be: of a new member, that is one difference, not two. */
export function demandOf(next: JsonObject, name: string, is: Json): Json {
  if (!listOf(next, 'required').includes(name)) return { properties: { [name]: is } }
  const member = mapOf(next, 'properties')[name]
  const fill = hasDefault(member) ? { allOf: [is], default: (member as JsonObject).default! } : is
  return { properties: { [name]: fill }, required: [name] }
}

type Sides = [old: JsonObject, next: JsonObject]

function typeOfAdded(place: Place, [old, next]: Sides, name: string, tools: Tools): DifferenceType {
  const is = mapOf(next, 'properties')[name]!
  switch (contentModelOf(old)) {
    case 'open':
      return isAnything(is)
        ? 'property_with_empty_schema_added_to_open_content_model'
        : 'property_added_to_open_content_model'
    case 'partial':
      return isCovered(at(place.old, coverOf(old, name)), at(place.next, is), tools, 'added')
    case 'closed': {
      if (!listOf(next, 'required').includes(name)) return 'optional_property_added_to_unopen_content_model'
      return hasDefault(is)
        ? 'required_property_with_default_added_to_unopen_content_model'
        : 'required_property_added_to_unopen_content_model'
    }
  }
}

function typeOfRemoved(place: Place, [old, next]: Sides, name: string, tools: Tools): DifferenceType {
  const was = mapOf(old, 'properties')[name]!
  switch (contentModelOf(next)) {
    case 'open':
      return 'property_removed_from_open_content_model'
    case 'partial':
      return isCovered(at(place.old, was), at(place.next, coverOf(next, name)), tools, 'removed')
    case 'closed':
      return was === false
        ? 'property_with_false_removed_from_closed_content_model'
        : 'property_removed_from_closed_content_model'
  }
}

const at = ({ document }: Located, schema: Json): Located => ({ schema, document })

const isCovered = (inner: Located, outer: Located, tools: Tools, change: 'added' | 'removed'): DifferenceType =>
  `property_${change}_${tools.isWithin(inner, outer) ? 'is' : 'not'}_covered_by_partially_open_content_model`
