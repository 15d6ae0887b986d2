/** Walks two schemas side by side and lists where they differ. What a difference does is not judged here. */
import type { Json } from '../../../../contract/canonical-json.ts'
import { parsePointer } from '../../../../contract/json-pointer.ts'
import { pointerOf } from '../../../../contract/schema-graph.ts'
import { type Document, isSilent, type Located } from '../document.ts'
import { compareArrays } from './arrays.ts'
import { compareCombinations } from './combinations.ts'
import { type Compare, type Found, found, type Place, rulesOf, type Tools } from './difference.ts'
import { compareLimits } from './limits.ts'
import { compareObjects } from './objects.ts'
import { compareAnnotations, compareValues } from './values.ts'

const families: Compare[] = [compareValues, compareLimits, compareObjects, compareArrays, compareCombinations]

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
    return [...annotationsOf(here), ...families.flatMap(compare => compare(here, before, after, tools))]
  }
  /** Word for word the same, and leading to the same: most of a large schema, so it is passed over quickly. */
  const isSame = (was: Json, is: Json) =>
    old.hashOf(was) === next.hashOf(is) && JSON.stringify(was) === JSON.stringify(is)
  const tools: Tools = { walk, isWithin, isSame }
  const root = (document: Document): Located => ({ schema: document.root, document })
  const place: Place = { old: root(old), next: root(next), oldTokens: [], newTokens: [], wrap: schema => schema }
  return walk(place).slice(0, mostDifferences)
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
