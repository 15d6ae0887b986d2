/**
 * A schema that refers to other subjects, as one schema: each referenced version is copied under `$defs`, by the name that
 * the reference gives it. Registered is the whole, so that a validator needs nothing else and nothing changes under it.
 */
import type { Json, JsonObject } from '../../../../contract/canonical-json.ts'
import { isObject } from '../../../../contract/canonical-json.ts'
import { escapeToken } from '../../../../contract/json-pointer.ts'

export type Referenced = { name: string; schema: JsonObject }

export function bundle(schema: JsonObject, referenced: readonly Referenced[]): JsonObject {
  if (referenced.length === 0) return schema
  const place = (name: string) => `#/$defs/${encodeURIComponent(escapeToken(name))}`
  const names = referenced.map(({ name }) => name).toSorted((a, b) => b.length - a.length)
  const outward = (ref: string) => {
    const name = names.find(one => ref === one || ref.startsWith(`${one}#`))
    return name === undefined ? ref : place(name) + ref.slice(name.length).replace(/^#/, '')
  }
  const copies = referenced.map(({ name, schema: { $id: _, $schema: __, ...copied } }): [string, Json] => [
    name,
    changeRefs(copied, ref => place(name) + ref.slice(1)),
  ])
  const whole = changeRefs(schema, outward) as JsonObject
  return { ...whole, $defs: { ...(whole.$defs as JsonObject), ...Object.fromEntries(copies) } }
}

function changeRefs(value: Json, change: (ref: string) => string): Json {
  if (Array.isArray(value)) return value.map(item => changeRefs(item, change))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string' ? change(member) : changeRefs(member, change),
    ]),
  )
}
