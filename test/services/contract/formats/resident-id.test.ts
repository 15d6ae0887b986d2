import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { birthDateOf, isResidentId, residentIdCheck } from '../../../../services/contract/formats/resident-id.ts'
import { withOneCharacterChanged } from './one-character.ts'

const known = ['11010519491231002X', '440524188001010014']

describe('resident-id (GB 11643)', () => {
  test.each(known)('accepts %s', id => expect(isResidentId(id)).toBe(true))

  test('accepts the code of a county that no longer exists, as ids keep it', () => {
    expect(isResidentId('440524188001010014')).toBe(true)
  })

  test.each([
    ['a wrong check character', '110105194912310021'],
    ['a lower-case check character', '11010519491231002x'],
    ['fifteen digits, the form before 1999', '110105491231002'],
    ['surrounding space', ' 11010519491231002X'],
    ['a line break at the end', '11010519491231002X\n'],
    ['full-width digits', '１１０１０５１９４９１２３１００２X'],
    ['an X before the end', '1101051949123100X2'],
    ['nothing', ''],
  ])('refuses %s', (_, id) => expect(isResidentId(id)).toBe(false))

  test.each([
    ['a day that does not exist', '11010519490230002'],
    ['a leap day in a common year', '11010520230229002'],
    ['a month that does not exist', '11010519491331002'],
    ['an unknown province', '90010519491231002'],
  ])('refuses %s even with the right check character', (_, firstSeventeen) => {
    expect(isResidentId(firstSeventeen + residentIdCheck(firstSeventeen))).toBe(false)
  })

  test('accepts a leap day in a leap year', () => {
    expect(isResidentId(`11010520240229002${residentIdCheck('11010520240229002')}`)).toBe(true)
  })

  test('reads the birth date', () => expect(birthDateOf('11010519491231002X')).toBe('1949-12-31'))

  test.each(known)('refuses %s with any one character changed', id => {
    fc.assert(
      fc.property(withOneCharacterChanged(id, '0123456789X'), changed => {
        expect(isResidentId(changed)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})
