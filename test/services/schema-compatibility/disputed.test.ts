/** Changes on which registries that compare keyword by keyword answer otherwise; here what the records say counts. */
import { expect, test } from '@jest/globals'
import type { JsonObject } from '../../../services/contract/canonical-json.ts'
import { checkSchema } from '../../../services/json-schema/schema-guard.ts'
import { compare, type Verdict } from '../../../services/schema-compatibility/compare.ts'

const text = { type: 'string' }
test.each<[string, JsonObject, JsonObject, Verdict]>([
  ['one choice of oneOf says the same under allOf', { oneOf: [text] }, { allOf: [text] }, 'compatible'],
  [
    'what no object can meet may change',
    { dependentSchemas: { a: { type: 'array' } } },
    { dependentSchemas: { a: { type: 'null' } } },
    'compatible',
  ],
  ['another member is demanded', { required: ['a'] }, { required: ['b'] }, 'incompatible'],
  ['definitions move', { definitions: { a: text }, $ref: '#/definitions/a' }, text, 'compatible'],
  ['the name changes', { $id: 'https://example.cn/a' }, { $id: 'b' }, 'compatible'],
])('%s', (_, old, next, right) => {
  expect([old, next].flatMap(one => checkSchema(one))).toEqual([])
  expect(compare(old, next, 'strict').verdict).toBe(right)
})
