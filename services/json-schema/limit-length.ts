/**
 * `minLength` and `maxLength` count characters (JSON Schema 2020-12, 6.3.1), each of which takes one unit of a text or two. So
 * the number of units mostly tells, and a text is counted through only where it does not; ajv counts every one.
 */
import { _, type CodeKeywordDefinition, type KeywordCxt, str } from 'ajv/dist/2020.js'

/** A half of a pair that stands alone is a character. */
const charactersIn = (text: string): number => [...text].length

const limit = (keyword: 'maxLength' | 'minLength', comparison: 'more' | 'fewer'): CodeKeywordDefinition => ({
  keyword,
  type: 'string',
  schemaType: 'number',
  before: 'pattern', // As ajv has it: a text that is too short says so first.
  error: {
    message: ({ schemaCode }) => str`must NOT have ${comparison} than ${schemaCode} characters`,
    params: ({ schemaCode }) => _`{limit: ${schemaCode}}`,
  },
  code(cxt: KeywordCxt) {
    const { gen, data, schema } = cxt
    const characters = _`${gen.scopeValue('func', { ref: charactersIn })}(${data})`
    cxt.fail(
      keyword === 'maxLength'
        ? _`${data}.length > ${schema} && ${characters} > ${schema}`
        : _`${data}.length < ${2 * schema} && ${characters} < ${schema}`,
    )
  },
})

export const maxLength = limit('maxLength', 'more')
export const minLength = limit('minLength', 'fewer')
