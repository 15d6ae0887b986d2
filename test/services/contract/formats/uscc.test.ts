import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isOrganisationCode, organisationCodeCheck } from '../../../../services/contract/formats/organisation-code.ts'
import { isUscc, usccCheck } from '../../../../services/contract/formats/uscc.ts'
import { withOneCharacterChanged } from './one-character.ts'

const known = ['91350100M000100Y43', '11100000000013338W']

describe('uscc (GB 32100)', () => {
  test.each(known)('accepts %s', code => expect(isUscc(code)).toBe(true))
  test.each(known)('accepts the organisation code within %s', code => {
    expect(isOrganisationCode(code.slice(8, 17))).toBe(true)
  })

  test.each([
    ['a wrong check character', '91350100M000100Y4W'],
    ['lower case', '91350100m000100y43'],
    ['seventeen characters', '91350100M000100Y4'],
    ['a letter outside the alphabet', '9135010OM000100Y43'],
    ['a hyphen before the organisation check', '91350100M000100Y-43'],
    ['a line break at the end', '91350100M000100Y43\n'],
    ['nothing', ''],
  ])('refuses %s', (_, code) => expect(isUscc(code)).toBe(false))

  test.each([
    ['an unknown province', '91990100M000100Y4'],
    ['a wrong organisation check', '91350100M000100Y5'],
  ])('refuses %s even with the right check character', (_, firstSeventeen) => {
    expect(isUscc(firstSeventeen + usccCheck(firstSeventeen))).toBe(false)
  })

  test.each(known)('refuses %s with any one character changed', code => {
    fc.assert(
      fc.property(withOneCharacterChanged(code, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'), changed => {
        expect(isUscc(changed)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

describe('organisation-code (GB 11714)', () => {
  test.each(['M000100Y4', '000013338'])('accepts %s', code => expect(isOrganisationCode(code)).toBe(true))
  test.each(['M000100Y5', 'M000100Y-4', 'm000100y4', '00001333', ''])('refuses %j', code => {
    expect(isOrganisationCode(code)).toBe(false)
  })

  test('has 0 and X among its check characters', () => {
    const checks = Array.from({ length: 100 }, (_, number) => organisationCodeCheck(String(number).padStart(8, '0')))
    expect(new Set(checks)).toEqual(new Set('0123456789X'))
  })

  test('refuses any one digit changed', () => {
    fc.assert(
      fc.property(withOneCharacterChanged('000013338', '0123456789'), changed => {
        expect(isOrganisationCode(changed)).toBe(false)
      }),
    )
  })
})
