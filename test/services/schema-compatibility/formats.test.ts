/** The checker's beliefs about formats are true of what the validator accepts; and a format relaxed to a pattern is decided. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { JsonObject } from '../../../services/contract/canonical-json.ts'
import { formats } from '../../../services/contract/formats/index.ts'
import { compare } from '../../../services/schema-compatibility/compare.ts'
import {
  isWithinFormat,
  knownFormats,
  longestOfFormat,
  samplesOfFormat,
  shapeOfFormat,
} from '../../../services/schema-compatibility/witness/format-languages.ts'
import { languageOf } from '../../../services/schema-compatibility/witness/language.ts'

const everySample = knownFormats.flatMap(samplesOfFormat)
const piece = fc.oneof(
  fc.constantFrom(...everySample),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.constantFrom(...'019aZ.:/?#[]@-+~%"\\TtzPDHMSYW人 _', '%20', '::', '24', '60'),
)
/** Parts of texts of all formats, joined and cut anywhere. */
const near = fc
  .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.nat(40), fc.nat(40))
  .map(([parts, from, to]) => parts.join('').slice(Math.max(0, from - 30), to > 25 ? undefined : 60 - to))

test.each(knownFormats)('every text of %s has its shape and length, and is of the wider formats', format => {
  const [shape, isOf] = [new RegExp(shapeOfFormat(format), 'u'), formats[format]!]
  if (shapeOfFormat(format)) expect(languageOf(shapeOfFormat(format))).toBeDefined()
  const wider = knownFormats.filter(other => isWithinFormat(format, other))
  let found = 0
  const check = (text: string) => {
    if (!isOf(text)) return
    found += 1
    expect([text, shape.test(text), text.length <= longestOfFormat(format)]).toEqual([text, true, true])
    expect([text, wider.filter(other => !formats[other]!(text))]).toEqual([text, []])
  }
  everySample.forEach(check)
  fc.assert(fc.property(near, check), { numRuns: 3_000 })
  expect(found).toBeGreaterThan(1)
})

const relaxed = (format: string, to: JsonObject) =>
  compare({ type: 'string', format }, { type: 'string', ...to }, 'strict')
const rows: [string, string, 'compatible' | 'incompatible'][] = [
  ['date', '^\\d{4}-\\d{2}(-\\d{2})?$', 'compatible'],
  ['date', '^(19|20)\\d{2}-\\d{2}-\\d{2}$', 'incompatible'],
  ['time', '^\\d{2}:\\d{2}:\\d{2}', 'compatible'],
  ['time', '^\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?([Zz]|[+-]\\d{2}:\\d{2})?$', 'compatible'],
  ['time', '^\\d{2}:\\d{2}:\\d{2}Z$', 'incompatible'],
  ['date-time', '^\\d{4}-\\d{2}-\\d{2}', 'compatible'],
  ['date-time', '^\\d{4}-\\d{2}-\\d{2}([Tt ]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([Zz]|[+-]\\d{2}:\\d{2})?)?$', 'compatible'],
  ['date-time', '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$', 'incompatible'],
  ['date-time', '^\\d{4}-\\d{2}-\\d{2}T', 'incompatible'],
  ['duration', '^P', 'compatible'],
  ['duration', '^P(\\d+[YMWD])*(T(\\d+(\\.\\d+)?[HMS])+)?$', 'compatible'],
  ['duration', '^PT', 'incompatible'],
  ['uuid', '^[0-9A-Fa-f-]{36}$', 'compatible'],
  ['uuid', '^[0-9a-f-]{36}$', 'incompatible'],
  ['uri', '^[A-Za-z][A-Za-z0-9+.-]*:', 'compatible'],
  ['uri', '^[^ ]+$', 'compatible'],
  ['uri', '^https?://', 'incompatible'],
  ['email', '^.+@.+$', 'compatible'],
  ['email', '^[^@]+@[^@]+$', 'incompatible'],
  ['email', '^\\S+@\\S+\\.\\S+$', 'incompatible'],
  ['hostname', '^[0-9A-Za-z.-]+$', 'compatible'],
  ['hostname', '\\.', 'incompatible'],
  ['ipv4', '^\\d{1,3}(\\.\\d{1,3}){3}$', 'compatible'],
  ['ipv4', '^10\\.', 'incompatible'],
  ['ipv6', '^[0-9A-Fa-f:.]+$', 'compatible'],
  ['ipv6', '^[0-9a-f:]+$', 'incompatible'],
  ['iri', ':', 'compatible'],
  ['iri', '^[!-~]+$', 'incompatible'],
  ['json-pointer', '^(/.*)?', 'compatible'],
  ['json-pointer', '^/', 'incompatible'],
  ['relative-json-pointer', '^[0-9]', 'compatible'],
  ['organisation-code', '^[0-9A-Z]{9}$', 'compatible'],
  ['licence-id', '^1\\.2\\.156\\.3005\\.2(\\.[0-9A-Z]+){5}$', 'compatible'],
  ['uscc', '^[0-9A-Z]+$', 'compatible'],
  ['resident-id', '^[0-9]{17}[0-9Xx]$', 'compatible'],
]

describe('a format relaxed to a pattern', () => {
  test.each(rows)('%s to %s: %s', (format, pattern, right) => {
    expect(relaxed(format, { pattern }).verdict).toBe(right)
  })

  test.each<[string, JsonObject, string]>([
    ['email', { maxLength: 254 }, 'compatible'],
    ['email', { maxLength: 20 }, 'incompatible'],
    ['uuid', { minLength: 36, maxLength: 36 }, 'compatible'],
    ['uri', { format: 'iri-reference' }, 'compatible'],
    ['iri', { format: 'uri' }, 'incompatible'],
    ['uri', { format: 'uri-reference', minLength: 1 }, 'compatible'],
    ['hostname', { maxLength: 253 }, 'compatible'],
    ['date', { anyOf: [{ format: 'date' }, { const: '长期' }] }, 'compatible'],
    ['date', { format: 'date-time' }, 'incompatible'],
  ])('%s to %j: %s', (format, to, right) => expect(relaxed(format, to).verdict).toBe(right))
})
