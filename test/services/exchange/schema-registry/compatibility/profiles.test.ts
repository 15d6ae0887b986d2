import { describe, expect, test } from '@jest/globals'
import { closed, compared, open, type Row, text, whole } from './differences/comparing.ts'

describe('the lenient profile allows what a closed writer and an open reader can do', () => {
  const withDefault = { ...text, default: 'x' }
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
      'compatible',
    ],
    [
      'required property added to an open model',
      open({ a: text }),
      open({ a: text, b: text }, { required: ['b'] }),
      'incompatible',
    ],
    ['property removed from a closed model', closed({ a: text, b: text }), closed({ a: text }), 'compatible'],
    [
      'property added that a partially open model does not cover',
      open({ a: text }, { additionalProperties: whole }),
      open({ a: text, b: text }, { additionalProperties: whole }),
      'compatible',
    ],
    [
      'property removed that a partially open model does not cover',
      open({ a: text, b: text }, { additionalProperties: whole }),
      open({ a: text }, { additionalProperties: whole }),
      'compatible',
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
