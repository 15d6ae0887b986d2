/** The random schemas of properties.test.ts say something of every keyword; otherwise their promises would be empty. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { JsonObject } from '../../../services/contract/canonical-json.ts'
import { isObject } from '../../../services/contract/canonical-json.ts'
import { graphOf, type Node } from '../../../services/json-schema/schema-graph.ts'
import { checkSchema } from '../../../services/json-schema/schema-guard.ts'
import { shapeOf } from '../../../services/json-schema/schema-keywords.ts'
import { accepts } from '../../../services/schema-compatibility/accepts.ts'
import { compare } from '../../../services/schema-compatibility/compare.ts'
import { openDocument } from '../../../services/schema-compatibility/document.ts'
import { record, schemaPair } from './schema-arbitraries.ts'

const pairs = fc
  .sample(schemaPair, { numRuns: 900, seed: 11 })
  .filter(both => both.every(one => checkSchema(one).length === 0))
const verdicts = pairs.map(([old, next]) => compare(old, next, 'strict'))

const asserting = [
  ...['type', 'const', 'enum', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'pattern', 'format', 'minItems', 'maxItems', 'uniqueItems', 'prefixItems', 'items'],
  ...['contains', 'minContains', 'maxContains', 'minProperties', 'maxProperties', 'required', 'dependentRequired'],
  ...['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'propertyNames'],
  ...['dependentSchemas', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', '$ref'],
]

const keywordsIn = (schema: JsonObject) =>
  new Set([...graphOf(schema).values()].flatMap(node => (isObject(node.schema) ? Object.keys(node.schema) : [])))

test('most random pairs pass the guard', () => expect(pairs.length).toBeGreaterThan(500))

test.each(asserting)('%s stands in many of them', keyword => {
  expect(shapeOf(keyword)).toBeDefined()
  const having = pairs.filter(both => both.some(one => keywordsIn(one).has(keyword)))
  expect(having.length).toBeGreaterThan(40)
})

test('many recurse', () => {
  const leadsTo = (from: Node, wanted: Node, seen = new Set<Node>()): boolean =>
    from.edges.some(({ target }) => {
      if (!target || seen.has(target)) return false
      seen.add(target)
      return target === wanted || leadsTo(target, wanted, seen)
    })
  const recurses = (one: JsonObject) => [...graphOf(one).values()].some(node => leadsTo(node, node))
  expect(pairs.filter(both => both.some(recurses)).length).toBeGreaterThan(40)
})

test('both verdicts are frequent, and compatible ones are not so for want of records', () => {
  const compatible = pairs.filter((_, at) => verdicts[at]!.verdict === 'compatible')
  const records = fc.sample(record, { numRuns: 100, seed: 7 })
  const lively = compatible.filter(([old]) => {
    const located = { schema: old, document: openDocument(old) }
    return records.filter(one => accepts(located, one)).length > 5
  })
  expect(lively.length).toBeGreaterThan(80)
  expect(pairs.length - compatible.length).toBeGreaterThan(150)
})

test('the differences found are of very many types', () => {
  const types = new Set(verdicts.flatMap(({ differences }) => differences.map(({ type }) => type)))
  expect(types.size).toBeGreaterThan(80)
})
