/** Walks two schemas side by side and lists where they differ. The effect of a difference is not judged here. */
import type { Json } from '../../contract/canonical-json.ts'
import { parsePointer } from '../../contract/json-pointer.ts'
import { pointerOf } from '../../json-schema/schema-graph.ts'
import { type Document, isSilent, type Located, wordingOf } from '../document.ts'
import { compareArrays } from './arrays.ts'
import { compareCombinations } from './combinations.ts'
import { type Compare, type Found, found, type Place, rulesOf, type Tools } from './difference.ts'
import { compareLimits, limitKeywords } from './limits.ts'
import { compareObjects } from './objects.ts'
import { compareAnnotations, compareValues } from './values.ts'

/** Keywords of each family. */
const families: [Compare, keywords: string[]][] = [
  [compareValues, ['type', 'enum', 'const', 'pattern', 'format']],
  [compareLimits, limitKeywords],
  [
    compareObjects,
    ['properties', 'required', 'patternProperties', 'additionalProperties', 'unevaluatedProperties'].concat([
      'propertyNames',
      'dependentRequired',
      'dependentSchemas',
    ]),
  ],
  [compareArrays, ['prefixItems', 'items', 'uniqueItems', 'contains', 'minContains', 'maxContains']],
  [compareCombinations, ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else']],
]

/** More differences than this are not listed: the schemas then have little in common. */
const mostDifferences = 200

export function listDifferences(old: Document, next: Document, isWithin: Tools['isWithin']): Found[] {
  const visited = new Set<string>()
  const walk = (place: Place): Found[] => {
    const here = followed(place)
    const hashes = [here.old, here.next].map(({ schema, document }) => document.hashOf(schema))
    if (hashes[0] === hashes[1]) return annotationsOf(here)
    const key = `${here.oldTokens.join('/')} ${here.newTokens.join('/')}`
    if (visited.has(key) || visited.size > 2_000) return []
    visited.add(key)
    if (here.next.schema === false || here.old.schema === false) return ofBoolean(here)
    const [before, after] = [rulesOf(here.old), rulesOf(here.next)]
    return [...annotationsOf(here), ...compareFamilies(here, before, after, tools)]
  }
  /** Word for word the same, and leading to the same: most of a large schema, so it is passed over quickly. */
  const isSame = (was: Json, is: Json) => wordingOf(was) === wordingOf(is) && old.hashOf(was) === next.hashOf(is)
  const tools: Tools = { walk, isWithin, isSame }
  const root = (document: Document): Located => ({ schema: document.root, document })
  const place: Place = { old: root(old), next: root(next), oldTokens: [], newTokens: [], wrap: schema => schema }
  return walk(place).slice(0, mostDifferences)
}

/** Most places differ in one family only. Equal texts have nothing to compare, except references. */
const compareFamilies: Compare = (place, old, next, tools) => {
  const isUnchanged = (keyword: string) =>
    old[keyword] === next[keyword] && (keyword !== '$ref' || old[keyword] === undefined)
  return families.flatMap(([compare, keywords]) =>
    keywords.every(isUnchanged) ? [] : compare(place, old, next, tools),
  )
}

const annotationsOf = (place: Place): Found[] =>
  compareAnnotations(place, rulesOf(place.old), rulesOf(place.next), {} as Tools)

/** `false` accepts nothing: what was false can only grow, what is false now leaves nothing. */
const ofBoolean = (place: Place): Found[] =>
  place.next.schema === false ? [found(place, 'schema_changed', [], { demand: false })] : []

/** Past references that stand alone, on each side; a reference beside other keywords stays, as one of them. */
function followed(place: Place): Place {
  const [old, oldTokens] = target(place.old, place.oldTokens)
  const [next, newTokens] = target(place.next, place.newTokens)
  return { ...place, old, next, oldTokens, newTokens }
}

function target(located: Located, tokens: string[]): [Located, string[]] {
  const rules = rulesOf(located)
  if (typeof rules.$ref !== 'string' || Object.keys(rules).some(keyword => keyword !== '$ref' && !isSilent(keyword)))
    return [located, tokens]
  const schema = located.document.resolve(rules.$ref)
  return target({ schema, document: located.document }, parsePointer(pointerOf(rules.$ref)!)!)
}
