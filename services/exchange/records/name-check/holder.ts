/** Holders named in a record, and which of them are other ones than the register's: rules only. */
import type { Json, JsonObject } from '../../../contract/canonical-json.ts'
import { formatPointer, parsePointer, valuesAt } from '../../../contract/json-pointer.ts'
import type { Dataset } from '../../law/catalogue/dataset.ts'
import { comparableName } from './comparable-name.ts'

/** `field` is the JSON Pointer of the name in this one record: `/owners/0/name`. */
export type Holder = { id: string; name: string; field: string }
type Place = { path: (string | number)[]; value: Json }

/** The persons or organisations that a record names with their id. Where one of both is missing, nothing is said. */
export function holdersIn(body: JsonObject, { subjects }: Dataset, type: 'person' | 'organisation'): Holder[] {
  return subjects.flatMap(subject => {
    if (subject.type !== type || subject.name === undefined) return []
    return pairsIn(body, parsePointer(subject.id) ?? [], parsePointer(subject.name) ?? [])
  })
}

/** Id and name stand in the same item of every array on their way: catalogue/fields.ts sees to it. */
function pairsIn(body: JsonObject, id: string[], name: string[]): Holder[] {
  const shared = id.lastIndexOf('*') + 1
  return placesOf(body, id.slice(0, shared)).flatMap(({ path, value }) => {
    const [found] = valuesAt(value, id.slice(shared))
    const [named] = valuesAt(value, name.slice(shared))
    if (typeof found !== 'string' || typeof named !== 'string') return []
    return [{ id: found, name: named, field: formatPointer([...path, ...name.slice(shared)]) }]
  })
}

function placesOf(value: Json, [token, ...rest]: readonly string[], path: Place['path'] = []): Place[] {
  if (token === undefined) return [{ path, value }]
  if (token !== '*') return valuesAt(value, [token]).flatMap(inner => placesOf(inner, rest, [...path, token]))
  return Array.isArray(value) ? value.flatMap((item, n) => placesOf(item, rest, [...path, n])) : []
}

/** Of those that the register knows, the ones it knows by no such name. `names` holds all that stand there for an id. */
export const differing = (holders: readonly Holder[], names: ReadonlyMap<string, readonly string[]>): Holder[] =>
  holders.filter(({ id, name }) => {
    const known = names.get(id)
    return known !== undefined && !known.some(one => comparableName(one) === comparableName(name))
  })
