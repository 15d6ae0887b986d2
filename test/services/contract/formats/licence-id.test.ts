import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isFailure } from '../../../../services/contract/failure.ts'
import { isLicenceId, licenceIdCheck } from '../../../../services/contract/formats/licence-id.ts'
import { compileSchema } from '../../../../services/json-schema/validation.ts'
import { withOneCharacterChanged } from './one-character.ts'

const known = [
  '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U',
  '1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9',
  '1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0',
]

describe('licence-id (GB/T 36904)', () => {
  test.each(known)('accepts %s', id => expect(isLicenceId(id)).toBe(true))

  test.each([
    ['a wrong check character', '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.V'],
    ['another root', '1.2.156.3005.1.11100000000013338W011.11430000006122244L.20230000403.001.U'],
    ['a missing part', '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.U'],
    ['lower case', '1.2.156.3005.2.11100000000013338w011.11430000006122244l.20230000403.001.u'],
    ['a line break at the end', '1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9\n'],
    ['nothing', ''],
  ])('refuses %s', (_, id) => expect(isLicenceId(id)).toBe(false))

  test('takes a code of its authority that fails the check of GB 32100 where a steward has named it', () => {
    const authority = '11100000000013338X'
    const parts = `${authority}011.11430000006122244L.20230000403.001`
    const id = `1.2.156.3005.2.${parts}.${licenceIdCheck(parts)}`
    expect(isLicenceId(id)).toBe(false)
    const validates = [undefined, new Set([authority]), new Set(['11100000000013338Y'])].map(exceptions =>
      compileSchema({ type: 'string', format: 'licence-id' }, exceptions),
    )
    expect(validates.map(validate => !isFailure(validate) && validate(id) === undefined)).toEqual([false, true, false])
  })

  test.each(known)('refuses %s with any one character changed', id => {
    fc.assert(
      fc.property(withOneCharacterChanged(id, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.'), changed => {
        expect(isLicenceId(changed)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})
