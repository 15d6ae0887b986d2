/** Values that programs hand over, which may hold what JSON cannot write. For JSON as text see read-json.ts. */
import { isObject } from './canonical-json.ts'

/**
 * The place of the first thing that would not be kept: NaN and Infinity, functions, U+0000, half a surrogate
 * pair, objects of classes, nesting deeper than `depth`. undefined where there is none. Tokens of a JSON Pointer.
 */
export function unkeptAt(value: unknown, depth: number): (string | number)[] | undefined {
  if (depth < 0) return []
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : []
  if (typeof value === 'string') return isKept(value) ? undefined : []
  if (value === null || typeof value === 'boolean') return undefined
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const inner = unkeptAt(item, depth - 1)
      if (inner) return [index, ...inner]
    }
    return undefined
  }
  if (!isObject(value) || !isPlain(value)) return []
  for (const name of Object.keys(value)) {
    const member: unknown = value[name]
    if (member === undefined) continue // Not written, as a member that is not there.
    const inner = isKept(name) ? unkeptAt(member, depth - 1) : []
    if (inner) return [name, ...inner]
  }
  return undefined
}

const isKept = (text: string) => text.isWellFormed() && !text.includes('\0')

const isPlain = (value: object) => {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
