/** Holds: a name must go with its own id, or another person's would be compared with the register of names. */
import { expect, test } from '@jest/globals'
import { checkFields } from '../../../../../services/exchange/law/catalogue/fields.ts'
import { datasetOf } from '../../../../support/city-department.ts'

const title = { zh: '字段', en: 'Field' }
const pointers = ['/number', '/holder/id', '/holder/name', '/owners/*/id', '/owners/*/name', '/heirs/*/name']
const fields = pointers.map(pointer => ({ pointer, title, classification: 'personal' as const }))
const entry = (id: string, name: string) =>
  datasetOf('civil-affairs', {
    fields,
    validity: {},
    subjects: [{ type: 'person', id, role: 'holder', name }],
  })

test.each([
  ['/holder/id', '/holder/name'],
  ['/owners/*/id', '/owners/*/name'],
])('the name of %s may be %s', (id, name) => {
  expect(checkFields(entry(id, name))).toBeUndefined()
})

test.each([
  ['/holder/id', '/holder/surname'],
  ['/owners/*/id', '/heirs/*/name'],
  ['/owners/*/id', '/holder/name'],
  ['/holder/id', '/owners/*/name'],
])('the name of %s is not %s', (id, name) => {
  expect(checkFields(entry(id, name))).toMatchObject({
    failure: 'FIELD_UNKNOWN',
    pointer: '/subjects/0/name',
    detailZh: expect.stringContaining('主体名称'),
  })
})
