import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { TSchema } from 'typebox'
import { formats } from '../../services/contract/formats/index.ts'
import { requestBody } from '../../services/exchange/law/agreement/request.ts'
import { datasetSchema } from '../../services/exchange/law/catalogue/dataset.ts'
import { departmentBody } from '../../services/exchange/law/catalogue/department.ts'
import { matterSchema } from '../../services/exchange/law/catalogue/matter.ts'
import { agreements, datasets, departments, matters } from './sample-catalogue.ts'

const ajv = new Ajv2020({ strict: false, formats, validateFormats: true })

function mistakesIn(schema: TSchema, value: unknown): unknown {
  ajv.validate(schema, value)
  return ajv.errors ?? []
}

describe('the exchange takes, as it stands,', () => {
  test.each(datasets.map(({ entry }) => [entry.id, entry] as const))('the catalogue entry of %s', (_, entry) => {
    expect(mistakesIn(datasetSchema, entry)).toEqual([])
  })

  test.each(departments.map(department => [department.id, department] as const))(
    'the department %s',
    (_, department) => {
      const { title, creditCode } = department
      expect(mistakesIn(departmentBody, { title, creditCode })).toEqual([])
    },
  )

  test.each(matters.map(matter => [matter.id, matter] as const))('the matter %s', (_, matter) => {
    expect(mistakesIn(matterSchema, matter)).toEqual([])
  })

  test.each(agreements.map(agreement => [agreement.receiver, agreement.dataset, agreement] as const))(
    'the request of %s for %s',
    (_receiver, _dataset, { receiver: _, purposes, ...stated }) => {
      const request = { ...stated, purpose: purposes[0], validUntil: '2030-01-01T00:00:00Z' }
      expect(mistakesIn(requestBody, request)).toEqual([])
    },
  )
})
