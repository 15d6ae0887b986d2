import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../services/contract/canonical-json.ts'
import { closed, compared, open, type Row, text, whole } from './differences/comparing.ts'

/**
 * Keeps out: a lenient proof that loses a record which names only members the old schema names. Members that were named and go,
 * maps whose values change, and required members with a default were called compatible once: readers were thought to pass over
 * and fill in, which no validator does.
 */
describe('the lenient profile keeps every record that names only members the old schema names', () => {
  const withDefault = { ...text, default: 'x' }
  const map = (values: JsonObject): JsonObject => ({ type: 'object', additionalProperties: values })
  const lenientRows: Row[] = [
    ['additionalProperties removed', open({ a: text }), closed({ a: text }), 'compatible'],
    [
      'additionalProperties narrowed',
      open({ a: text }),
      open({ a: text }, { additionalProperties: whole }),
      'compatible',
    ],
    [
      'unevaluatedProperties removed',
      open({ a: text }),
      open({ a: text }, { unevaluatedProperties: false }),
      'compatible',
    ],
    [
      'unevaluatedProperties narrowed',
      open({ a: text }, { unevaluatedProperties: true }),
      open({ a: text }, { unevaluatedProperties: whole }),
      'compatible',
    ],
    ['optional property added to an open model', open({ a: text }), open({ a: text, b: text }), 'compatible'],
    [
      'required property with default added to an open model',
      open({ a: text }),
      open({ a: text, b: withDefault }, { required: ['b'] }),
      'incompatible',
    ],
    [
      'required property added to an open model',
      open({ a: text }),
      open({ a: text, b: text }, { required: ['b'] }),
      'incompatible',
    ],
    ['property removed from a closed model', closed({ a: text, b: text }), closed({ a: text }), 'incompatible'],
    ['property removed from an open model', open({ a: text, b: text }), open({ a: text }), 'compatible'],
    ['map of texts made one of numbers', map(text), map(whole), 'incompatible'],
    ['map of texts closed', map(text), closed({}), 'incompatible'],
    ['map of texts opened', map(text), open({}), 'compatible'],
    ['map with a name of its own', map(text), open({ b: whole }, { additionalProperties: text }), 'incompatible'],
    ['nested map of texts made one of numbers', open({ m: map(text) }), open({ m: map(whole) }), 'incompatible'],
    ['map by pattern closed', open({}, { patternProperties: { '^x-': text } }), closed({}), 'incompatible'],
    [
      'a member named by one part and limited by another',
      { allOf: [open({ p: open({ a: text }) }), open({ p: open({ b: text }) })] },
      open({ p: open({ a: text }, { not: { required: ['a', 'b'] } }) }),
      'incompatible',
    ],
    [
      'a member that is demanded and not listed',
      open({ a: text }, { required: ['b'] }),
      open({ a: text, b: whole }, { required: ['b'] }),
      'incompatible',
    ],
    ['a model that names nothing closed', { type: 'object' }, closed({ a: text }), 'incompatible'],
    ['nested open model closed', open({ a: open({ b: text }) }), open({ a: closed({ b: text }) }), 'compatible'],
    [
      'open model in a list closed',
      { type: 'array', items: open({ b: text }) },
      { type: 'array', items: closed({ b: text }) },
      'compatible',
    ],
    [
      'recursive open model closed',
      { $ref: '#/$defs/t', $defs: { t: open({ n: text, c: { items: { $ref: '#/$defs/t' } } }) } },
      { $ref: '#/$defs/t', $defs: { t: closed({ n: text, c: { items: { $ref: '#/$defs/t' } } }) } },
      'compatible',
    ],
    [
      'property added that a partially open model does not cover',
      open({ a: text }, { additionalProperties: whole }),
      open({ a: text, b: text }, { additionalProperties: whole }),
      'incompatible',
    ],
    [
      'property removed that a partially open model does not cover',
      open({ a: text, b: text }, { additionalProperties: whole }),
      open({ a: text }, { additionalProperties: whole }),
      'incompatible',
    ],
    ['type of a named property changed', open({ a: text }), open({ a: whole }), 'incompatible'],
    [
      'nested optional property added',
      open({ a: open({ b: text }) }),
      open({ a: open({ b: text, c: text }) }),
      'compatible',
    ],
    [
      'optional property added behind a reference',
      { properties: { a: { $ref: '#/$defs/p' } }, $defs: { p: open({ b: text }) } },
      { properties: { a: { $ref: '#/$defs/p' } }, $defs: { p: open({ b: text, c: text }) } },
      'compatible',
    ],
    ['limit lowered', open({ a: { maxLength: 4 } }), open({ a: { maxLength: 3 }, b: text }), 'incompatible'],
  ]
  test.each(lenientRows)('%s', (_, old, next, verdict) => expect(compared(old, next, 'lenient').verdict).toBe(verdict))
})
