/**
 * Keywords that ajv 8 decides otherwise than JSON Schema means them, decided here:
 * - `multipleOf` divides binary fractions: 19.99 is then no multiple of 0.01.
 * - `uniqueItems` compares every pair, and stumbles over members named `valueOf` or `toString`.
 * - `contains`, for an empty list that comes after another list in the same map or list, repeats the other's answer.
 * - `unevaluatedProperties` is wrong in parts, and can throw, where the record has a say in what is evaluated.
 * - `minLength` and `maxLength` are right, but count through every text (limit-length.ts).
 * - `prefixItems` on a list shorter than it lets the code of `contains` and `uniqueItems` beside it be skipped.
 */
import {
  _,
  type CodeKeywordDefinition,
  type FuncKeywordDefinition,
  type KeywordCxt,
  type MacroKeywordDefinition,
  str,
} from 'ajv/dist/2020.js'
import { Type } from 'ajv/dist/compile/util.js'
import { canonicalJson, type Json, type JsonObject } from '../contract/canonical-json.ts'
import { asAdditional } from './evaluated-properties.ts'
import { maxLength, minLength } from './limit-length.ts'
import { isMultipleOf } from './multiple-of.ts'
import { resolverOf } from './schema-graph.ts'

const multipleOf: FuncKeywordDefinition = {
  keyword: 'multipleOf',
  type: 'number',
  schemaType: 'number',
  compile: (of: number) => (value: number) => isMultipleOf(value, of),
  error: { message: ({ schemaCode }) => str`must be multiple of ${schemaCode}` },
}

const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  compile: (wanted: boolean) => (list: Json[]) => !wanted || areUnique(list),
  error: { message: 'must NOT have duplicate items' },
}

/** Linear in the list, whatever its items are. */
export const areUnique = (list: readonly Json[]) => new Set(list.map(canonicalJson)).size === list.length

const prefixItems: CodeKeywordDefinition = {
  keyword: 'prefixItems',
  type: 'array',
  schemaType: 'array',
  code(cxt: KeywordCxt) {
    const { gen, data, schema } = cxt
    const length = gen.const('length', _`${data}.length`)
    for (let at = 0; at < schema.length; at += 1) {
      const isValid = gen.let('isValid', true)
      gen.if(_`${length} > ${at}`, () => {
        const isItemValid = gen.name('isItemValid')
        cxt.subschema({ keyword: 'prefixItems', schemaProp: at, dataProp: at }, isItemValid)
        gen.assign(isValid, isItemValid)
      })
      cxt.ok(isValid)
    }
  },
}

const unevaluatedProperties = (root: JsonObject): MacroKeywordDefinition => ({
  keyword: 'unevaluatedProperties',
  type: 'object',
  schemaType: ['object', 'boolean'],
  macro: (_schema: Json, parent: JsonObject) => asAdditional(parent, resolverOf(root)),
})

const contains: CodeKeywordDefinition = {
  keyword: 'contains',
  type: 'array',
  schemaType: ['object', 'boolean'],
  trackErrors: true,
  error: { message: 'must contain as many items of that kind as asked for' },
  code(cxt: KeywordCxt) {
    const { gen, data, parentSchema } = cxt
    const { minContains = 1, maxContains } = parentSchema as { minContains?: number; maxContains?: number }
    const count = gen.let('count', 0)
    gen.forRange('at', 0, _`${data}.length`, at => {
      const isContained = gen.name('isContained')
      const item = { keyword: 'contains', dataProp: at, dataPropType: Type.Num, compositeRule: true } as const
      cxt.subschema({ ...item, createErrors: false, allErrors: false }, isContained)
      gen.if(isContained, () => gen.code(_`${count}++`))
    })
    cxt.reset() // A lack of an item is no error of the list.
    const isEnough = _`${count} >= ${minContains}`
    cxt.pass(maxContains === undefined ? isEnough : _`${isEnough} && ${count} <= ${maxContains}`)
  },
}

/** The keywords for a schema whose references point into `root`. */
export const ownKeywords = (root: JsonObject) => [
  multipleOf,
  uniqueItems,
  prefixItems,
  contains,
  unevaluatedProperties(root),
  maxLength,
  minLength,
]
