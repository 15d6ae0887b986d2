import { expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { isFailure } from '../../../services/contract/failure.ts'
import { compileSchema } from '../../../services/json-schema/validation.ts'

const compile = (schema: object) => {
  const validate = compileSchema(schema)
  if (isFailure(validate)) throw new Error(validate.detail)
  return validate
}

test('texts of any characters, pairs and lone halves too, are as long as ajv counts them', () => {
  const units = fc.array(fc.constantFrom('a', '中', '𠮷', '👨', '\ud842', '\udfb7'), { maxLength: 8 })
  const limits = fc.record({ minLength: fc.nat(6), maxLength: fc.nat(6) })
  const seen = new Set<string>()
  fc.assert(
    fc.property(units, limits, (characters, { minLength, maxLength }) => {
      const text = characters.join('')
      const violations = compile({ type: 'string', minLength, maxLength })(text, 50) ?? []
      const theirs = new Ajv2020({ allErrors: true })
      theirs.validate({ type: 'string', minLength, maxLength }, text)
      const found = violations.map(({ keyword, message }) => `${keyword} ${message}`)
      expect(found).toEqual((theirs.errors ?? []).map(({ keyword, message }) => `${keyword} ${message}`))
      seen.add(found.map(one => one.split(' ')[0]).join())
    }),
    { numRuns: 500 },
  )
  expect([...seen].sort()).toEqual(['', 'maxLength', 'maxLength,minLength', 'minLength'])
})

test('a text that is too short and of the wrong form is told to be too short first', () => {
  const [first] = compile({ type: 'string', minLength: 1, pattern: '^a+$' })('') ?? []
  expect(first).toMatchObject({ keyword: 'minLength' })
})
