import { createServer } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import type { Json, JsonObject } from '../../../services/contract/canonical-json.ts'
import { checkSchema, schemaLimits } from '../../../services/json-schema/schema-guard.ts'
import { compileSchema } from '../../../services/json-schema/validation.ts'

const keywordsRefused = (schema: unknown, options = {}) => checkSchema(schema, options).map(({ keyword }) => keyword)
const places = (schema: unknown) => checkSchema(schema).map(({ pointer }) => pointer)

const nested = (depth: number): JsonObject =>
  depth === 0 ? { type: 'string' } : { type: 'object', properties: { a: nested(depth - 1) } }

describe('a lawful schema', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:datarun:civil-affairs.marriage-certificate:1',
    title: '结婚证 Marriage certificate',
    'x-title-zh': '结婚证',
    type: 'object',
    properties: {
      key: { type: 'string', pattern: '^[A-Z]\\d{6}-\\d{4}-\\d{6}$' },
      name: { type: 'string', pattern: '^[\\u4e00-\\u9fa5·]{2,20}$' },
      born: { type: ['string', 'null'], format: 'date' },
      spouses: { type: 'array', prefixItems: [{ $ref: '#/$defs/人' }, { $ref: '#/$defs/%E4%BA%BA' }], items: false },
    },
    required: ['key'],
    additionalProperties: false,
    $defs: { 人: { type: 'object', properties: { parents: { type: 'array', items: { $ref: '#/$defs/人' } } } } },
  }
  test('passes', () => {
    expect(checkSchema(schema)).toEqual([])
    expect(checkSchema(schema, { dataset: 'civil-affairs.marriage-certificate' })).toEqual([])
  })
  test('is refused under the name of another dataset', () => {
    expect(keywordsRefused(schema, { dataset: 'taxation.tax-clearance' })).toEqual(['$id'])
    expect(keywordsRefused(schema, { dataset: 'civil-affairs.marriage' })).toEqual(['$id'])
  })
})

describe('what lies is refused (A5)', () => {
  const cases: [string, unknown, string][] = [
    ['$async turns every answer into a promise', { $async: true }, '$async'],
    ['$data reads the rule from the record', { maximum: { $data: '1/limit' } }, 'maximum'],
    ['$dynamicRef', { $dynamicRef: '#node' }, '$dynamicRef'],
    ['$dynamicAnchor', { $dynamicAnchor: 'node' }, '$dynamicAnchor'],
    ['$recursiveRef', { $recursiveRef: '#' }, '$recursiveRef'],
    ['$vocabulary', { $vocabulary: {} }, '$vocabulary'],
    ['an unknown keyword', { properties: { a: { maxLenght: 3 } } }, 'maxLenght'],
    ['the keyword by which the hub counts steps', { $steps: 0 }, '$steps'],
    ['an $id that is no URI', { $id: 'a b' }, '$id'],
    ['an $id with a fragment', { $id: 'https://example.cn/a#b' }, '$id'],
    ['an unknown format', { format: 'hostname-of-mine' }, 'format'],
    ['a format named like a member of Object.prototype', { format: 'constructor' }, 'format'],
    ['a meta-schema as its name', { $id: 'https://json-schema.org/draft/2020-12/schema' }, '$id'],
    ['an $id within', { properties: { a: { $id: 'urn:datarun:x' } } }, '$id'],
    ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, '$schema'],
    ['a property named *', { properties: { '*': true } }, 'properties'],
    ['__proto__ as a property', JSON.parse('{"properties": {"__proto__": {"type": "string"}}}'), 'properties'],
    ['__proto__ as a definition', JSON.parse('{"$defs": {"__proto__": true}}'), '$defs'],
    ['__proto__ as a dependency', JSON.parse('{"dependentRequired": {"__proto__": []}}'), 'dependentRequired'],
    ['__proto__ as a required name', { required: ['__proto__'] }, 'required'],
    ['a number that is none', JSON.parse('{"maximum": 1e999}'), 'depth'],
    ['no object', [], 'type'],
    ['a subschema that is none', { properties: { a: 3 } }, 'type'],
    ['then without if', { then: true }, 'then'],
    ['minContains without contains', { minContains: 1 }, 'minContains'],
    ['a negative length', { maxLength: -1 }, 'maxLength'],
    ['an unknown type', { type: 'date' }, 'type'],
  ]
  test.each(cases)('%s', (_, schema, keyword) => expect(keywordsRefused(schema)).toContain(keyword))

  test('every flaw is told, with its place', () => {
    expect(places({ properties: { a: { bogus: 1 }, 'b/c': { format: 'no' } }, required: ['a', 'a'] })).toEqual([
      '/required',
      '/properties/a/bogus',
      '/properties/b~1c/format',
    ])
  })
})

describe('a schema bomb is refused (A2)', () => {
  const doubling = (levels: number) => ({
    $ref: '#/$defs/l0',
    $defs: Object.fromEntries(
      Array.from({ length: levels }, (_, i) => {
        const next = i + 1 === levels ? { type: 'string' } : { $ref: `#/$defs/l${i + 1}` }
        return [`l${i}`, { allOf: [next, next] }]
      }),
    ),
  })
  const cases: [string, unknown, string][] = [
    ['nested 500 deep', nested(500), 'depth'],
    ['nested one deeper than the limit', nested(schemaLimits.depth / 2), 'depth'],
    ['nested 100,000 deep', JSON.parse(`${'{"not":'.repeat(100_000)}true${'}'.repeat(100_000)}`), 'depth'],
    ['five thousand branches', { anyOf: Array.from({ length: 5000 }, () => true) }, 'anyOf'],
    ['a thousand branches', { anyOf: Array.from({ length: 1000 }, () => ({ type: 'string' })) }, 'anyOf'],
    [
      'too many subschemas',
      { allOf: Array.from({ length: 90 }, () => ({ anyOf: Array(20).fill(true) })) },
      'subschemas',
    ],
    ['too large', { description: 'x'.repeat(schemaLimits.bytes) }, 'size'],
    ['references that double 32 times', doubling(32), '$ref'],
    ['a reference to itself', { $ref: '#' }, '$ref'],
    ['a circle of references', { anyOf: [{ $ref: '#/$defs/a' }], $defs: { a: { not: { $ref: '#' } } } }, '$ref'],
    [
      'recursion into one part by two ways',
      { type: 'object', anyOf: [{ properties: { a: { $ref: '#' } } }, { properties: { a: { $ref: '#' } } }] },
      '$ref',
    ],
    [
      'recursion into one part by a name and a pattern',
      { properties: { a: { $ref: '#' } }, patternProperties: { '^a': { $ref: '#' } } },
      '$ref',
    ],
  ]
  test.each(cases)('%s', (_, schema, keyword) => expect(keywordsRefused(schema)).toContain(keyword))

  test('lawful recursion is not', () => {
    const tree = { properties: { left: { $ref: '#' }, right: { $ref: '#' } }, additionalProperties: { $ref: '#' } }
    const expression = { oneOf: [{ properties: { and: { $ref: '#' } } }, { properties: { or: { $ref: '#' } } }] }
    const list = { prefixItems: [{ $ref: '#' }], items: { $ref: '#' }, properties: { 'a/b': { $ref: '#' } } }
    for (const schema of [tree, expression, list, doubling(8)]) expect(checkSchema(schema)).toEqual([])
  })
})

test.each(['^(?=a)b', '(a)\\1', '(?<!a)b', '(((a{1000}){1000}){1000})', '(?i)a', '\\A', '[', 'a'.repeat(1001)])(
  'the pattern %s is refused (A3)',
  pattern => {
    expect(keywordsRefused({ pattern })).toEqual(['pattern'])
    expect(keywordsRefused({ patternProperties: { [pattern]: true } })).toEqual(['patternProperties'])
  },
)

test('a reference outside is refused, and nothing connects anywhere (A4)', async () => {
  let connections = 0
  const listener = createServer(socket => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as { port: number }
  const outside = [
    `http://127.0.0.1:${port}/x`,
    'file:///etc/passwd',
    `//127.0.0.1:${port}/x`,
    'other.json',
    '#anchor',
    '',
  ]
  for (const $ref of outside) {
    const schema: Json = { properties: { a: { $ref } } }
    expect(places(schema)).toEqual(['/properties/a/$ref'])
    expect(compileSchema(schema)).toMatchObject({ failure: 'SCHEMA_REFUSED' })
  }
  expect(keywordsRefused({ $schema: `http://127.0.0.1:${port}/schema` })).toEqual(['$schema'])
  expect(keywordsRefused({ $ref: '#/$defs/missing' })).toEqual(['$ref'])
  await new Promise(resolve => listener.close(resolve))
  expect(connections).toBe(0)
})
