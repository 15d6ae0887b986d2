/** Tools that the tests of the families of keywords share: schemas in short, and a comparison held to what the checker promises. */
import { expect, test } from '@jest/globals'
import type { JsonObject } from '../../../../services/contract/canonical-json.ts'
import { isFailure } from '../../../../services/contract/failure.ts'
import { compileSchema } from '../../../../services/json-schema/validation.ts'
import { type Comparison, compare } from '../../../../services/schema-compatibility/compare.ts'
import type { DifferenceType } from '../../../../services/schema-compatibility/difference-types.ts'
import type { Profile } from '../../../../services/schema-compatibility/profiles.ts'

export const accepted = (schema: JsonObject, record: unknown) => {
  const validate = compileSchema(schema)
  if (isFailure(validate)) throw new Error(JSON.stringify(validate))
  return validate(record as never) === undefined
}

export const typesOf = ({ differences }: Comparison) => differences.map(({ type }) => type)

/** Compared, and held to what the checker promises of its answer. */
export function compared(old: JsonObject, next: JsonObject, profile: Profile = 'strict'): Comparison {
  const comparison = compare(old, next, profile)
  const examples = [comparison.counterExample, ...comparison.differences.map(({ counterExample }) => counterExample)]
  for (const example of examples) {
    if (!example) continue
    expect([accepted(old, example.record), accepted(next, example.record)]).toEqual([true, false])
    expect(example.rejectedBecause.length).toBeGreaterThan(0)
  }
  expect(comparison.counterExample !== undefined).toBe(comparison.verdict === 'incompatible')
  for (const { en, zh } of comparison.differences) expect([en, zh].join()).not.toMatch(/\{(was|is)\}/)
  return comparison
}

export type Row = [
  change: string,
  old: JsonObject,
  next: JsonObject,
  verdict: Comparison['verdict'],
  type?: DifferenceType,
]

export const text = { type: 'string' }
export const whole = { type: 'integer' }
export const closed = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
})
export const open = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
})
export const tuple = (prefixItems: JsonObject['x'][], items: JsonObject['x']): JsonObject => ({
  type: 'array',
  prefixItems: prefixItems as never,
  items: items as never,
})

/** By the strict rules; of the differences of the type named, each has the effect that the verdict says. */
export const testRows = (rows: Row[]) =>
  test.each(rows)('%s', (_, old, next, verdict, type) => {
    const comparison = compared(old, next)
    expect(comparison.verdict).toBe(verdict)
    if (type) expect(typesOf(comparison)).toContain(type)
    const effects = comparison.differences.filter(one => !type || one.type === type).map(({ effect }) => effect)
    expect(new Set(effects)).toEqual(new Set([verdict === 'compatible' ? 'none' : 'breaks']))
  })
