import { describe, expect, test } from '@jest/globals'
import { isFailure } from '../../services/contract/failure.ts'
import { compileSchema, mostViolations } from '../../services/json-schema/validation.ts'
import { namedDatasets } from './sample-catalogue.ts'

describe.each(namedDatasets)('%s', (_, { schema, cases }) => {
  const validate = compileSchema(schema)
  if (isFailure(validate)) throw new Error(validate.detail)

  test('has enough cases of both kinds', () => {
    expect(cases.valid.length).toBeGreaterThanOrEqual(3)
    expect(cases.invalid.length).toBeGreaterThanOrEqual(6)
  })

  test.each(cases.valid.map(one => [one.name, one] as const))('accepts %s', (_, { record }) => {
    expect(validate(record)).toBe(undefined)
  })

  test.each(cases.invalid.map(one => [one.name, one] as const))('refuses %s', (_, { record, pointer, keyword }) => {
    expect(validate(record, mostViolations)).toContainEqual(expect.objectContaining({ pointer, keyword }))
  })
})
