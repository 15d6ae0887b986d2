/**
 * Marks that tell schemas apart at first sight: the kinds of values they allow, the few values they list, and members that must
 * be there with one of few values, such as `"kind": { "const": "marriage" }`. Of schemas that are told apart so, `oneOf` says
 * no more than `anyOf`, and a value that fits one of them need not be held against the rest.
 */
import { canonicalJson, type Json, type JsonObject } from '../../contract/canonical-json.ts'
import type { Document, Located } from '../document.ts'
import { type Kind, kindOf, kinds, typesAllow } from './goal.ts'

/** `values` is undefined where they are not few. `members` are those that must be there, by the path that leads to them. */
type Marks = { kinds: Kind[]; values: Json[] | undefined; members: Map<string, Json[]> }

/** How deep a member may lie that tells kinds apart: `header.kind` is two. */
const deepest = 3

const marksKnown = new WeakMap<Document, WeakMap<object, Marks>>()

function marksOf({ schema, document }: Located, depth = deepest): Marks {
  if (typeof schema === 'boolean') return { kinds: schema ? [...kinds] : [], values: undefined, members: new Map() }
  const ofDocument = marksKnown.get(document) ?? new WeakMap<object, Marks>()
  marksKnown.set(document, ofDocument)
  const before = depth === deepest ? ofDocument.get(schema as JsonObject) : undefined
  if (before) return before
  const marks = readMarks({ schema, document }, depth)
  if (depth === deepest) ofDocument.set(schema as JsonObject, marks)
  return marks
}

function readMarks(located: Located, depth: number): Marks {
  const parts = partsOf(located)
  const values = valuesOf(located)
  const allowed = kinds.filter(kind => parts.every(part => allowsKind(part, kind)))
  return {
    kinds: values ? allowed.filter(kind => values.some(value => kindOf(value) === kind)) : allowed,
    values,
    members: depth === 0 ? new Map() : membersOf(parts, depth),
  }
}

function allowsKind({ schema }: Located, kind: Kind): boolean {
  if (typeof schema === 'boolean') return schema
  const { type } = schema as JsonObject
  return type === undefined || typesAllow(type, kind)
}

function membersOf(parts: Located[], depth: number): Map<string, Json[]> {
  const members = new Map<string, Json[]>()
  const required = new Set(parts.flatMap(({ schema }) => ((schema as JsonObject).required as string[]) ?? []))
  for (const { schema, document } of parts) {
    const properties = ((schema as JsonObject).properties as JsonObject) ?? {}
    for (const name of required) {
      if (!Object.hasOwn(properties, name)) continue
      const member = marksOf({ schema: properties[name]!, document }, depth - 1)
      if (member.values) members.set(name, member.values)
      // A value that is no object meets every demand on members.
      if (member.kinds.join() !== 'object') continue
      for (const [path, values] of member.members) members.set(`${name}\0${path}`, values)
    }
  }
  return members
}

/** A schema and what applies to the same value by `$ref` and `allOf`. */
function partsOf({ schema, document }: Located): Located[] {
  if (typeof schema === 'boolean') return [{ schema, document }]
  const { $ref, allOf = [] } = schema as { $ref?: string; allOf?: Json[] }
  const others = [...($ref === undefined ? [] : [document.resolve($ref)]), ...allOf]
  return [{ schema, document }, ...others.flatMap(other => partsOf({ schema: other, document }))]
}

/** All values that a schema can accept, where it lists them by itself or by what it refers to. */
export function valuesOf({ schema, document }: Located): Json[] | undefined {
  if (typeof schema === 'boolean') return schema ? undefined : []
  const { const: constant, enum: values, type, $ref, allOf } = schema as JsonObject & { allOf?: Json[] }
  if (constant !== undefined) return [constant]
  if (values !== undefined) return values as Json[]
  if (type === 'boolean') return [true, false]
  if (type === 'null') return [null]
  const parts = [...($ref === undefined ? [] : [document.resolve($ref as string)]), ...(allOf ?? [])]
  return parts.map(part => valuesOf({ schema: part, document })).find(found => found !== undefined)
}

/** Whether a member of an object of this schema may tell it from others. */
export const hasMarkedMember = (located: Located): boolean => marksOf(located).members.size > 0

const apartKnown = new WeakMap<Document, WeakMap<Json[], boolean>>()

/** Whether no value fits two of the list; false where that is not plain to see. */
export function areApart(list: Json[], document: Document): boolean {
  const ofDocument = apartKnown.get(document) ?? new WeakMap<Json[], boolean>()
  apartKnown.set(document, ofDocument)
  const before = ofDocument.get(list)
  if (before !== undefined) return before
  const marks = list.map(schema => marksOf({ schema, document }))
  const apart = kinds.every(kind => areApartAmong(marks, kind))
  ofDocument.set(list, apart)
  return apart
}

function areApartAmong(marks: Marks[], kind: Kind): boolean {
  const concerned = marks.filter(({ kinds: allowed }) => allowed.includes(kind))
  if (concerned.length < 2 || areDisjoint(concerned.map(({ values }) => values))) return true
  if (kind !== 'object') return false
  return [...concerned[0]!.members.keys()].some(path => areDisjoint(concerned.map(({ members }) => members.get(path))))
}

function areDisjoint(lists: (Json[] | undefined)[]): boolean {
  const seen = new Set<string>()
  for (const values of lists) {
    if (!values) return false
    const own = new Set(values.map(canonicalJson))
    if ([...own].some(value => seen.has(value))) return false
    for (const value of own) seen.add(value)
  }
  return true
}
