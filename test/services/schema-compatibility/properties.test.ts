/** The checker's promises for every pair of schemas, tried on thousands of random ones. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Json, JsonObject } from '../../../services/contract/canonical-json.ts'
import { isFailure } from '../../../services/contract/failure.ts'
import { checkSchema } from '../../../services/json-schema/schema-guard.ts'
import { compileSchema, type Validate } from '../../../services/json-schema/validation.ts'
import { accepts } from '../../../services/schema-compatibility/accepts.ts'
import { compare, type Verdict } from '../../../services/schema-compatibility/compare.ts'
import { openDocument } from '../../../services/schema-compatibility/document.ts'
import { record, schema, schemaPair } from './schema-arbitraries.ts'

const isGuarded = (one: JsonObject) => checkSchema(one).length === 0
const pairs = schemaPair.filter(both => both.every(isGuarded))
const records = fc.sample(record, { numRuns: 500, seed: 7 })

function compiled(one: JsonObject): Validate {
  const validate = compileSchema(one)
  if (isFailure(validate)) throw new Error(`the guard lets through what ajv refuses: ${JSON.stringify(validate)}`)
  return validate
}

/** A record that `writer` accepts and `reader` rejects. */
function lost(writer: (record: Json) => boolean, reader: (record: Json) => boolean): Json | undefined {
  return records.find(one => writer(one) && !reader(one))
}

const acceptedBy = (one: JsonObject) => {
  const validate = compiled(one)
  return (value: Json) => validate(value) === undefined
}

test('the checker reads a schema as the validator of records does', () => {
  fc.assert(
    fc.property(schema.filter(isGuarded), one => {
      const compiledOne = compiled(one)
      const [located, isAccepted] = [{ schema: one, document: openDocument(one) }, acceptedBy(one)]
      expect(records.filter(value => accepts(located, value) !== isAccepted(value))).toEqual([])
      // A violation named `depth` is the validator's stumbling, which no lawful schema and small record may cause.
      const stumbles = records
        .flatMap(value => compiledOne(value, 50) ?? [])
        .filter(({ keyword }) => keyword === 'depth')
      expect(stumbles).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('compatible never has a counter-example, and every incompatible ships one that holds', () => {
  const verdicts: Record<Verdict, number> = { compatible: 0, incompatible: 0, undecided: 0 }
  fc.assert(
    fc.property(pairs, ([old, next]) => {
      const { verdict, counterExample, differences } = compare(old, next, 'strict')
      verdicts[verdict] += 1
      const [byOld, byNext] = [acceptedBy(old), acceptedBy(next)]
      if (verdict === 'compatible') expect(lost(byOld, byNext)).toBeUndefined()
      if (verdict === 'incompatible') expect(counterExample).toBeDefined()
      for (const { counterExample: own, effect } of [...differences, { counterExample, effect: 'breaks' }]) {
        if (own) expect([effect, byOld(own.record), byNext(own.record)]).toEqual(['breaks', true, false])
      }
    }),
    { numRuns: 1_000 },
  )
  expect(verdicts.undecided).toBeLessThan(50)
})

test('leaving out what compatible schemas differ in leaves the verdict, and all that is said of others', () => {
  fc.assert(
    fc.property(pairs, ([old, next]) => {
      const whole = compare(old, next, 'strict')
      const short = compare(old, next, 'strict', 'unless-compatible')
      expect(short).toEqual(whole.verdict === 'compatible' ? { ...whole, differences: [] } : whole)
    }),
    { numRuns: 300 },
  )
})

test('every schema is compatible with itself, whatever its titles', () => {
  fc.assert(
    fc.property(schema.filter(isGuarded), one => {
      expect(compare(one, { title: 'another', ...one }, 'strict').verdict).toBe('compatible')
    }),
    { numRuns: 300 },
  )
})
