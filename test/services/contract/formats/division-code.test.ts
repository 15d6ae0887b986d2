import { describe, expect, test } from '@jest/globals'
import { divisionName, isDivisionCode } from '../../../../services/contract/formats/division-code.ts'

describe('division-code (GB/T 2260)', () => {
  test.each([
    ['310000', '上海市'],
    ['310115', '浦东新区'],
    ['340100', '合肥市'],
    ['710000', '台湾省'],
    ['810000', '香港特别行政区'],
  ])('accepts %s, %s', (code, name) => {
    expect(isDivisionCode(code)).toBe(true)
    expect(divisionName(code)).toBe(name)
  })

  test.each(['440524', '310199', '31', '3101', '310115001', '100000', ' 310115', '', '__proto__', 'constructor'])(
    'refuses %j',
    code => {
      expect(isDivisionCode(code)).toBe(false)
      expect(divisionName(code)).toBe(undefined)
    },
  )
})
