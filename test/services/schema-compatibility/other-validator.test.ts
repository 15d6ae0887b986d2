/**
 * Keeps out: a proof that is false. What the checker proves is tried on random records with a validator that shares nothing
 * with the hub (@hyperjump/json-schema); and the lenient profile is read here anew, record by record, from its sentence in
 * docs/stewards.md. It once proved that a map of texts may become a map of numbers, or be closed.
 */
import { registerSchema, unregisterSchema, validate } from '@hyperjump/json-schema/draft-2020-12'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Json, JsonObject } from '../../../services/contract/canonical-json.ts'
import { checkSchema } from '../../../services/json-schema/schema-guard.ts'
import { compare, type Verdict } from '../../../services/schema-compatibility/compare.ts'
import { record, schemaPair } from './schema-arbitraries.ts'

/** Where the other validator has faults or ways of its own: names of Object.prototype, fractions, formats, unevaluated. */
const isCommon = (value: unknown) => !/toString|"format"|unevaluated|"multipleOf":0/.test(JSON.stringify(value))
/** Small objects, open, closed and maps: the two profiles differ in these alone. */
const leaf = fc.constantFrom<Json>({ type: 'string' }, { type: 'number' }, {}, true)
const objectOf = (member: fc.Arbitrary<Json>) =>
  fc.record(
    {
      properties: fc.dictionary(fc.constantFrom('a', 'b', 'ab'), member, { maxKeys: 2, noNullPrototype: true }),
      additionalProperties: fc.oneof(fc.constant(false), member),
      patternProperties: fc.dictionary(fc.constantFrom('^x', 'b$'), member, { maxKeys: 1, noNullPrototype: true }),
      required: fc.subarray(['a', 'b', 'x-1'], { maxLength: 1 }),
      allOf: fc.array(fc.record({ properties: fc.record({ a: member }) }), { minLength: 1, maxLength: 1 }),
    },
    { requiredKeys: [], noNullPrototype: true },
  )
const objects = objectOf(fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: objectOf(leaf) }))
const objectPair = fc.oneof(
  fc.tuple(objects, objects),
  fc.tuple(objects, objects).map(([old, part]) => [old, { ...old, ...part }]),
) as fc.Arbitrary<[JsonObject, JsonObject]>

const pairs = fc
  .oneof(schemaPair, objectPair)
  .filter(both => both.every(one => isCommon(one) && checkSchema(one).length === 0))
const records = fc.sample(record.filter(isCommon), { numRuns: 500, seed: 11 })

/** Of ordinary objects, which the other validator asks for and changes. */
const plain = (value: Json) => JSON.parse(JSON.stringify(value))

async function acceptedBy(schema: JsonObject): Promise<(value: Json) => boolean> {
  const id = 'https://example.cn/schema'
  registerSchema(plain(schema), id, 'https://json-schema.org/draft/2020-12/schema')
  const isValid = await validate(id)
  unregisterSchema(id)
  return value => isValid(plain(value)).valid
}

/** Drawn records, and those that the checker itself shows for the same schemas and others like them. */
const shownBy = ({ counterExample, differences }: ReturnType<typeof compare>): Json[] =>
  [counterExample, ...differences.map(one => one.counterExample)].flatMap(one => (one ? [one.record] : []))

/** Tries what is proven by `profile`, on records for which `counts` holds. */
async function tryProofs(profile: 'strict' | 'lenient', counts: (old: JsonObject, value: Json) => boolean) {
  const verdicts: Record<Verdict, number> = { compatible: 0, incompatible: 0, undecided: 0 }
  await fc.assert(
    fc.asyncProperty(pairs, async ([old, next]) => {
      const comparison = compare(old, next, profile)
      verdicts[comparison.verdict] += 1
      const [byOld, byNext] = [await acceptedBy(old), await acceptedBy(next)]
      const tried = [...records, ...shownBy(compare(old, next, 'strict'))]
      const lost = tried.filter(value => byOld(value) && !byNext(value) && counts(old, value))
      if (comparison.verdict === 'compatible') expect(lost).toEqual([])
      if (comparison.verdict === 'incompatible') expect(lost.concat(shownBy(comparison))).not.toEqual([])
      // Where several parts speak of a map's members, these stay open: of what is shown more may be meant than `counts`.
      for (const value of shownBy(comparison)) expect([byOld(value), byNext(value)]).toEqual([true, false])
    }),
    { numRuns: 400 },
  )
  return verdicts
}

test('what is strictly compatible loses no record, by another validator', async () => {
  expect((await tryProofs('strict', () => true)).compatible).toBeGreaterThan(50)
})

test('what is leniently compatible loses no record that names only members the old schema names, by another validator', async () => {
  expect((await tryProofs('lenient', (old, value) => namesOnly(old, [old], value))).compatible).toBeGreaterThan(50)
})

/** All schemas in place at once: what any of them names is named. */
function placed(root: JsonObject, schemas: Json[]): JsonObject[] {
  const all = new Set<Json>()
  const add = (schema: Json | undefined): void => {
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema) || all.has(schema)) return
    all.add(schema)
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) ((schema[keyword] as Json[]) ?? []).forEach(add)
    for (const keyword of ['not', 'if', 'then', 'else']) add(schema[keyword])
    Object.values((schema.dependentSchemas as JsonObject) ?? {}).forEach(add)
    const [, , name] = String(schema.$ref ?? '').split('/')
    if (name) add((root.$defs as JsonObject)[name])
  }
  schemas.forEach(add)
  return [...all] as JsonObject[]
}

/** Whether a record has, wherever the schema names members, only members that it names or speaks of as a map. */
function namesOnly(root: JsonObject, schemas: Json[], value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true
  const rules = placed(root, schemas)
  if (Array.isArray(value)) {
    return value.every((item, at) => {
      const own = rules.flatMap(one => (one.prefixItems as Json[])?.[at] ?? one.items ?? [])
      return namesOnly(root, [...own, ...rules.flatMap(one => one.contains ?? [])], item)
    })
  }
  const names = new Set(rules.flatMap(writtenNames))
  const patterns = rules.flatMap(one => Object.keys((one.patternProperties as JsonObject) ?? {}))
  const isMap = rules.some(({ additionalProperties: rest }) => Object.keys(Object(rest)).length > 0)
  const isNamed = (name: string) => names.has(name) || patterns.some(pattern => new RegExp(pattern, 'u').test(name))
  if (!isMap && names.size + patterns.length > 0 && !Object.keys(value).every(isNamed)) return false
  return Object.entries(value).every(([name, member]) =>
    namesOnly(
      root,
      rules.flatMap(one => saidOf(one, name)),
      member,
    ),
  )
}

function writtenNames(rules: JsonObject): string[] {
  const constants = [...((rules.enum as Json[]) ?? []), rules.const ?? null]
  const listed = (rules.propertyNames ?? {}) as JsonObject
  return [
    ...Object.keys((rules.properties as JsonObject) ?? {}),
    ...((rules.required as string[]) ?? []),
    ...(Object.entries((rules.dependentRequired as JsonObject) ?? {}).flat(2) as string[]),
    ...Object.keys((rules.dependentSchemas as JsonObject) ?? {}),
    ...constants.flatMap(one => (typeof one === 'object' && !Array.isArray(one) ? Object.keys(one ?? {}) : [])),
    ...([...((listed.enum as Json[]) ?? []), listed.const ?? null].filter(one => typeof one === 'string') as string[]),
  ]
}

function saidOf(rules: JsonObject, name: string): Json[] {
  const properties = (rules.properties as JsonObject) ?? {}
  const named = Object.hasOwn(properties, name) ? [properties[name]!] : []
  const matched = Object.entries((rules.patternProperties as JsonObject) ?? {}).filter(([pattern]) =>
    new RegExp(pattern, 'u').test(name),
  )
  const own = [...named, ...matched.map(([, schema]) => schema)]
  return own.length > 0 ? own : [rules.additionalProperties ?? true]
}
