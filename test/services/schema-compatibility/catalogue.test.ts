/** The checker on the sample catalogue: real schemas, changed as stewards change them. */
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../services/contract/canonical-json.ts'
import { formats } from '../../../services/contract/formats/index.ts'
import { compare } from '../../../services/schema-compatibility/compare.ts'
import {
  knownFormats,
  samplesOfFormat,
  shapeOfFormat,
} from '../../../services/schema-compatibility/witness/format-languages.ts'

const schemas = globSync('schemas/*/*/v1.schema.json').map(
  (path): [string, JsonObject & { required: string[]; properties: JsonObject }] => [
    path.split('/').slice(1, 3).join('.'),
    JSON.parse(readFileSync(path, 'utf8')),
  ],
)

test('there is a catalogue to try', () => expect(schemas.length).toBeGreaterThan(9))

describe.each(schemas)('%s', (_, schema) => {
  const withProperties = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
    ...schema,
    ...more,
    properties: { ...schema.properties, ...properties },
  })

  test('is compatible with itself', () => expect(compare(schema, schema, 'strict').verdict).toBe('compatible'))

  test('may get an optional field', () => {
    const { verdict, differences } = compare(schema, withProperties({ remark: { type: 'string' } }), 'strict')
    expect([verdict, differences.map(({ type }) => type)]).toEqual([
      'compatible',
      ['optional_property_added_to_unopen_content_model'],
    ])
  })

  test('may not get a required field, as a record shows', () => {
    const required = [...schema.required, 'remark']
    const { verdict, counterExample } = compare(
      schema,
      withProperties({ remark: { type: 'string' } }, { required }),
      'strict',
    )
    expect(verdict).toBe('incompatible')
    expect(Object.keys(counterExample?.record as JsonObject)).toEqual(expect.arrayContaining(schema.required))
  })

  test('may not lose a field; by the lenient profile it may where it is open', () => {
    const [name] = Object.keys(schema.properties)
      .filter(one => !schema.required.includes(one))
      .concat(schema.required)
    const { [name!]: _, ...properties } = schema.properties
    const next = { ...schema, properties, required: schema.required.filter(one => one !== name) }
    expect(compare(schema, next, 'strict').verdict).toBe('incompatible')
    expect(compare(schema, next, 'lenient').verdict).toBe('incompatible')
    expect(compare(schema, { ...next, additionalProperties: true }, 'lenient').verdict).toBe('compatible')
  })
})

test('the checker knows texts of every format, and none that is not', () => {
  expect(knownFormats.toSorted()).toEqual(Object.keys(formats).toSorted())
  for (const format of knownFormats) {
    const samples = samplesOfFormat(format)
    expect([format, samples.filter(text => !formats[format]!(text)), samples.length > 1]).toEqual([format, [], true])
    expect(samples.every(text => new RegExp(shapeOfFormat(format), 'u').test(text))).toBe(true)
  }
})
