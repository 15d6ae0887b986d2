/** Objects: which members must be there, and what may stand under names the schema does or does not write. */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import { isObject } from '../../contract/canonical-json.ts'
import { asAdditional } from '../../json-schema/evaluated-properties.ts'
import {
  type Compare,
  changeOfRest,
  type Found,
  found,
  isSubset,
  keysOf,
  listOf,
  mapOf,
  type Place,
  stepInto,
  type Tools,
} from './difference.ts'
import { compareMembers, contentModelOf, demandOf, hasDefault, isAnything } from './members.ts'

export const compareObjects: Compare = (place, old, next, tools) => [
  ...compareMembers(place, old, next, tools),
  ...compareRequired(place, old, next),
  ...comparePatterns(place, old, next, tools),
  ...compareAdditional(place, old, next, tools),
  ...compareUnevaluated(place, old, next, tools),
  ...compareNames(place, old, next, tools),
  ...compareDependentRequired(place, mapOf(old, 'dependentRequired'), mapOf(next, 'dependentRequired')),
  ...compareDependentSchemas(place, mapOf(old, 'dependentSchemas'), mapOf(next, 'dependentSchemas'), tools),
]

function compareRequired(place: Place, old: JsonObject, next: JsonObject): Found[] {
  const [before, after] = [listOf(old, 'required') as string[], listOf(next, 'required') as string[]]
  const isNew = (name: string) =>
    !Object.hasOwn(mapOf(old, 'properties'), name) && Object.hasOwn(mapOf(next, 'properties'), name)
  const added = after
    .filter(name => !before.includes(name))
    .filter(name => !(isNew(name) && contentModelOf(old) === 'closed'))
  return [
    ...added.map(name =>
      found(
        place,
        hasDefault(mapOf(next, 'properties')[name])
          ? 'required_attribute_with_default_added'
          : 'required_attribute_added',
        'required',
        {
          is: name,
          demand: demandOf(next, name, true),
        },
      ),
    ),
    ...before
      .filter(name => !after.includes(name))
      .map(name => found(place, 'required_attribute_removed', 'required', { was: name })),
  ]
}

function comparePatterns(place: Place, old: JsonObject, next: JsonObject, tools: Tools): Found[] {
  const [before, after] = [mapOf(old, 'patternProperties'), mapOf(next, 'patternProperties')]
  return keysOf(before, after).flatMap(pattern => {
    const tokens = ['patternProperties', pattern]
    const wrap = (schema: Json) => ({ patternProperties: { [pattern]: schema } })
    const [was, is] = [before[pattern], after[pattern]]
    if (is === undefined) {
      // Members that the pattern spoke of may now fall to `additionalProperties`.
      const demand = isAnything(next.additionalProperties) ? undefined : restOf(next, next.additionalProperties!)
      return [found(place, 'pattern_property_removed', tokens, { was: pattern, demand })]
    }
    if (was === undefined) return [found(place, 'pattern_property_added', tokens, { is: pattern, demand: wrap(is) })]
    return tools.walk(stepInto(place, tokens, [was, is], wrap))
  })
}

/** A schema for the members that neither a name nor a pattern of `rules` speaks of. */
function restOf(rules: JsonObject, schema: Json): JsonObject {
  const anything = (keyword: string) => Object.fromEntries(Object.keys(mapOf(rules, keyword)).map(key => [key, true]))
  return {
    properties: anything('properties'),
    patternProperties: anything('patternProperties'),
    additionalProperties: schema,
  }
}

type Rest = 'additionalProperties' | 'unevaluatedProperties'
const restTypes = {
  additionalProperties: 'additional_properties',
  unevaluatedProperties: 'unevaluated_properties',
} as const

const compareRest =
  (keyword: Rest): Compare =>
  (place, old, next, tools) => {
    const [was, is] = [old[keyword] ?? true, next[keyword] ?? true]
    const speaksOf = (schema: Json) =>
      keyword === 'additionalProperties'
        ? restOf(next, schema)
        : asAdditional({ ...next, unevaluatedProperties: schema }, place.next.document.resolve)
    if (isObject(was) && isObject(is)) return tools.walk(stepInto(place, [keyword], [was, is], speaksOf))
    if (was === is || (isAnything(was) && isAnything(is))) return []
    const demand = isAnything(is) ? undefined : speaksOf(is)
    return [found(place, `${restTypes[keyword]}_${changeOfRest(was, is)}`, keyword, { was, is, demand })]
  }

const compareAdditional = compareRest('additionalProperties')
const compareUnevaluated = compareRest('unevaluatedProperties')

function compareNames(place: Place, old: JsonObject, next: JsonObject, tools: Tools): Found[] {
  const [was, is] = [old.propertyNames, next.propertyNames]
  const wrap = (schema: Json) => ({ propertyNames: schema })
  if (was === undefined && is === undefined) return []
  if (is === undefined) return [found(place, 'property_names_removed', 'propertyNames')]
  if (was === undefined) return [found(place, 'property_names_added', 'propertyNames', { demand: wrap(is) })]
  return tools.walk(stepInto(place, ['propertyNames'], [was, is], wrap))
}

function compareDependentRequired(place: Place, before: JsonObject, after: JsonObject): Found[] {
  return keysOf(before, after).flatMap(name => {
    const tokens = ['dependentRequired', name]
    const [was, is] = [before[name] as string[] | undefined, after[name] as string[] | undefined]
    if (!is) return [found(place, 'dependency_array_removed', tokens, { was: name })]
    const demand = { dependentRequired: { [name]: is } }
    if (!was) return [found(place, 'dependency_array_added', tokens, { is: name, demand })]
    const [old, next] = [new Set(was), new Set(is)]
    if (old.size === next.size && isSubset(old, next)) return []
    const change = isSubset(old, next) ? 'extended' : isSubset(next, old) ? 'narrowed' : 'changed'
    return [found(place, `dependency_array_${change}`, tokens, { is: name, demand })]
  })
}

function compareDependentSchemas(place: Place, before: JsonObject, after: JsonObject, tools: Tools): Found[] {
  return keysOf(before, after).flatMap(name => {
    const tokens = ['dependentSchemas', name]
    const wrap = (schema: Json) => ({ dependentSchemas: { [name]: schema } })
    const [was, is] = [before[name], after[name]]
    if (is === undefined) return [found(place, 'dependency_schema_removed', tokens, { was: name })]
    if (was === undefined) return [found(place, 'dependency_schema_added', tokens, { is: name, demand: wrap(is) })]
    return tools.walk(stepInto(place, tokens, [was, is], wrap))
  })
}
