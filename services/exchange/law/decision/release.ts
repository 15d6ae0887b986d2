/**
 * Only what was agreed (promise 5): what is left of a record when every field but the released ones is gone. Built by copying
 * what is allowed, never by deleting what is not. This runs for every record of every pull, so a selection is compiled once
 * into a tree of closures and kept.
 */
import type { Json, JsonObject } from '../../../contract/canonical-json.ts'
import { parsePointer } from '../../../contract/json-pointer.ts'
import { masked } from '../agreement/mask.ts'
import type { ReleasedField } from './decision.ts'

type Release = (record: JsonObject) => JsonObject

/** Copies the allowed part of a value; undefined where nothing of it is allowed. */
type Copy = (value: Json) => Json | undefined
type Branch = Map<string, Branch | Copy>

/** Selections are as many as agreements and their consents: few. The bound only guards against a flood of odd ones. */
const keptSelections = 5_000
const compiled = new Map<string, Release>()

/** The function that cuts a record down to `fields`. The same selection gives the same function. */
export function releaser(fields: readonly ReleasedField[]): Release {
  const key = fields.map(({ pointer, mask = '' }) => `${pointer} ${mask}`).join('\n')
  const known = compiled.get(key)
  if (known) return known
  if (compiled.size >= keptSelections) compiled.clear()
  const release = compile(fields)
  compiled.set(key, release)
  return release
}

function compile(fields: readonly ReleasedField[]): Release {
  const root: Branch = new Map()
  for (const { pointer, use, mask } of fields) {
    const copy: Copy = use === 'read' ? whole : value => (mask ? masked(mask, value) : null)
    plant(root, parsePointer(pointer) ?? [], copy)
  }
  const copyObject = objectCopy(root)
  return record => copyObject(record) as JsonObject
}

/** A field that contains another one is released whole; the catalogue refuses such nesting, so order cannot matter. */
function plant(branch: Branch, [token, ...rest]: readonly string[], copy: Copy): void {
  if (token === undefined || token === '__proto__') return
  if (rest.length === 0) return void branch.set(token, copy)
  const standing = branch.get(token)
  if (standing && !(standing instanceof Map)) return
  const next: Branch = standing ?? new Map()
  branch.set(token, next)
  plant(next, rest, copy)
}

const whole: Copy = value => value

const copyOf = (target: Branch | Copy): Copy => {
  if (!(target instanceof Map)) return target
  const everyItem = target.get('*')
  return everyItem ? arrayCopy(copyOf(everyItem)) : objectCopy(target)
}

/** Every item keeps its place, so that `/owners/1` is the same owner in the answer as in the record. */
const arrayCopy =
  (copyItem: Copy): Copy =>
  value =>
    Array.isArray(value) ? value.map(item => copyItem(item) ?? null) : undefined

function objectCopy(branch: Branch): Copy {
  const members = [...branch].map(([name, target]) => ({ name, copy: copyOf(target) }))
  return value => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined
    const released: JsonObject = {}
    for (const { name, copy } of members) {
      const member = Object.hasOwn(value, name) ? copy(value[name]!) : undefined
      if (member !== undefined) released[name] = member
    }
    return released
  }
}
