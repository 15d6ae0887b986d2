/**
 * Schemas as generators of Java and Python write them, converted. test/interop/json-schema-suite.test.ts tries the conversion on the JSON
 * Schema organisation's tests of five drafts; here are the shapes of the generators, and what is left for the guard to name.
 */
import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../services/contract/canonical-json.ts'
import { convertedIfTaken, convertSchema } from '../../../services/json-schema/convert-schema.ts'
import { checkSchema } from '../../../services/json-schema/schema-guard.ts'

const draft = (number: string) => `http://json-schema.org/draft-0${number}/schema#`
const $schema = 'https://json-schema.org/draft/2020-12/schema'

const rows: [string, JsonObject, JsonObject][] = [
  [
    'victools, draft-07: definitions, siblings of a reference without effect',
    {
      $schema: draft('7'),
      definitions: {
        'List(Address)': { type: 'array', items: { $ref: '#/definitions/Address' } },
        Address: { type: 'object' },
      },
      type: 'object',
      properties: { homes: { $ref: '#/definitions/List(Address)', description: 'where', minItems: 1 } },
    },
    {
      $defs: { 'List(Address)': { type: 'array', items: { $ref: '#/$defs/Address' } }, Address: { type: 'object' } },
      type: 'object',
      properties: { homes: { $ref: '#/$defs/List(Address)', description: 'where' } },
    },
  ],
  [
    'mbknor, draft-04: id, exclusive flags, keywords of its own',
    {
      $schema: draft('4'),
      id: 'https://example.cn/person#',
      type: 'object',
      additionalProperties: false,
      properties: {
        age: {
          type: 'integer',
          minimum: 0,
          exclusiveMinimum: true,
          maximum: 150,
          exclusiveMaximum: false,
          propertyOrder: 1,
        },
      },
    },
    {
      $id: 'https://example.cn/person',
      type: 'object',
      additionalProperties: false,
      properties: { age: { type: 'integer', exclusiveMinimum: 0, maximum: 150, 'x-propertyOrder': 1 } },
    },
  ],
  [
    'jackson, draft-03: what must be there is said at the member; references by id',
    {
      $schema: draft('3'),
      type: 'object',
      id: 'urn:jsonschema:cn:Person',
      properties: {
        name: { type: 'string', required: true },
        home: {
          type: 'object',
          id: 'urn:jsonschema:cn:Address',
          properties: { code: { type: 'string', format: 'utc-millisec' } },
        },
        work: { type: 'object', $ref: 'urn:jsonschema:cn:Address' },
      },
    },
    {
      $id: 'urn:jsonschema:cn:Person',
      type: 'object',
      properties: {
        name: { type: 'string' },
        home: { type: 'object', properties: { code: { type: 'string', 'x-format': 'utc-millisec' } } },
        work: { $ref: '#/properties/home' },
      },
      required: ['name'],
    },
  ],
  [
    'pydantic v1: definitions without $schema, a tuple',
    {
      title: 'Model',
      type: 'object',
      properties: {
        pair: { type: 'array', minItems: 2, maxItems: 2, items: [{ type: 'string' }, { type: 'integer' }] },
        kind: { allOf: [{ $ref: '#/definitions/Kind' }] },
      },
      definitions: { Kind: { title: 'Kind', enum: ['a', 'b'] } },
    },
    {
      title: 'Model',
      type: 'object',
      properties: {
        pair: { type: 'array', minItems: 2, maxItems: 2, prefixItems: [{ type: 'string' }, { type: 'integer' }] },
        kind: { allOf: [{ $ref: '#/$defs/Kind' }] },
      },
      $defs: { Kind: { title: 'Kind', enum: ['a', 'b'] } },
    },
  ],
  [
    'pydantic v2: a discriminator, formats of its own',
    {
      $defs: {
        A: {
          type: 'object',
          properties: { kind: { const: 'a', type: 'string' }, file: { type: 'string', format: 'binary' } },
          required: ['kind'],
        },
      },
      discriminator: { mapping: { a: '#/$defs/A' }, propertyName: 'kind' },
      oneOf: [{ $ref: '#/$defs/A' }],
    },
    {
      $defs: {
        A: {
          type: 'object',
          properties: { kind: { const: 'a', type: 'string' }, file: { type: 'string', 'x-format': 'binary' } },
          required: ['kind'],
        },
      },
      oneOf: [{ $ref: '#/$defs/A' }],
    },
  ],
  [
    'OpenAPI 3.0: nullable, example',
    { properties: { a: { type: 'string', nullable: true, example: 'x' }, b: { type: 'integer', nullable: false } } },
    { properties: { a: { type: ['string', 'null'], examples: ['x'] }, b: { type: 'integer' } } },
  ],
  [
    'draft-04: words of later drafts, which say nothing to it',
    {
      $schema: draft('4'),
      properties: { a: { const: 1, nullable: true, type: 'integer' } },
      dependentRequired: { a: ['b'] },
      divisibleBy: 2,
    },
    {
      properties: { a: { 'x-const': 1, type: 'integer' } },
      'x-dependentRequired': { a: ['b'] },
      'x-divisibleBy': 2,
    },
  ],
  [
    'draft-07: a number of items that it does not know, beside contains',
    { $schema: draft('7'), contains: { type: 'string' }, minContains: 0 },
    { contains: { type: 'string' }, 'x-minContains': 0 },
  ],
  [
    'draft-03: a member beside a reference is of no effect',
    {
      $schema: draft('3'),
      definitions: { a: { type: 'object' } },
      $ref: '#/definitions/a',
      properties: { b: { required: true } },
    },
    { $defs: { a: { type: 'object' } }, $ref: '#/$defs/a' },
  ],
  [
    'draft-07: one name in both places of definitions',
    {
      $schema: draft('7'),
      $defs: { a: { type: 'string' } },
      definitions: { a: { type: 'null' } },
      properties: { s: { $ref: '#/$defs/a' }, n: { $ref: '#/definitions/a' } },
    },
    {
      $defs: { a: { type: 'string' } },
      definitions: { a: { type: 'null' } },
      properties: { s: { $ref: '#/$defs/a' }, n: { $ref: '#/definitions/a' } },
    },
  ],
  [
    '2020-12: anchors and names within',
    {
      $schema,
      $id: 'https://example.cn/a/b.json',
      $defs: {
        x: { $anchor: 'here', type: 'string' },
        y: { $id: 'c.json', $defs: { z: { type: 'null' } }, items: { $ref: '#/$defs/z' } },
      },
      properties: {
        p: { $ref: '#here' },
        q: { $ref: 'c.json' },
        r: { $ref: 'https://example.cn/a/c.json#/$defs/z' },
        s: { $ref: 'b.json' },
      },
    },
    {
      $id: 'https://example.cn/a/b.json',
      $defs: { x: { type: 'string' }, y: { $defs: { z: { type: 'null' } }, items: { $ref: '#/$defs/y/$defs/z' } } },
      properties: {
        p: { $ref: '#/$defs/x' },
        q: { $ref: '#/$defs/y' },
        r: { $ref: '#/$defs/y/$defs/z' },
        s: { $ref: '#' },
      },
    },
  ],
  [
    'dependencies, a tuple that ends, an empty list of examples',
    {
      $schema: draft('7'),
      dependencies: { a: ['b'], c: { required: ['d'] } },
      properties: { t: { items: [true], additionalItems: false }, u: { additionalItems: false, examples: [] } },
    },
    {
      dependentRequired: { a: ['b'] },
      dependentSchemas: { c: { required: ['d'] } },
      properties: { t: { prefixItems: [true], items: false }, u: {} },
    },
  ],
]

describe('what generators write', () => {
  test.each(rows)('%s', (_, given, right) => {
    expect(convertSchema(given)).toEqual({ $schema, ...right })
    expect(checkSchema(given)).not.toEqual([])
    expect(convertedIfTaken(given)).toEqual({ $schema, ...right })
  })

  test('what is converted stays as it is when it is converted again', () => {
    for (const [, given] of rows) expect(convertSchema(convertSchema(given))).toEqual(convertSchema(given))
  })
})

test.each<[string, JsonObject, string]>([
  ['a slip in a schema of 2020-12', { $schema, properties: { a: { maxLenght: 3 } } }, '/properties/a/maxLenght'],
  ['a reference outside', { $schema: draft('7'), $ref: 'https://example.cn/other.json' }, '/$ref'],
  ['a dialect of somebody’s own', { $schema: 'https://example.cn/dialect', type: 'string' }, '/$schema'],
  ['a format that asserts something', { $schema: draft('7'), format: 'idn-hostname' }, '/format'],
  ['a look-ahead', { $schema: draft('7'), pattern: '(?=a)' }, '/pattern'],
  ['a switch that lets everything pass', { $schema: draft('7'), $async: true }, '/$async'],
  [
    'one rule said in the words of two drafts, of which one would overwrite the other',
    { definitions: {}, dependencies: { a: ['b'] }, dependentRequired: { c: ['d'] } },
    '/dependencies',
  ],
  ['a tuple said in the words of two drafts', { definitions: {}, items: [true], prefixItems: [false] }, '/items'],
])('%s is left for the guard to name', (_, given, pointer) => {
  expect(convertedIfTaken(given)).toBeUndefined()
  expect(checkSchema(convertSchema(given)).map(one => one.pointer)).toContain(pointer)
})

test('names of another dataset are not taken either way', () => {
  const given = { $schema: draft('7'), $id: 'urn:datarun:taxation.tax-clearance', definitions: {} }
  expect(convertedIfTaken(given, { dataset: 'taxation.tax-clearance' })).toBeDefined()
  expect(convertedIfTaken(given, { dataset: 'civil-affairs.trial' })).toBeUndefined()
})
