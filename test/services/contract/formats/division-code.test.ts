// A record of before a merger names the division of its day, and is no less valid: former codes are codes.
import { describe, expect, test } from '@jest/globals'
import { divisionName, isDivisionCode, isDivisionInForce } from '../../../../services/contract/formats/division-code.ts'

describe('division-code (GB/T 2260)', () => {
  test.each([
    ['310000', '上海市'],
    ['310115', '浦东新区'],
    ['340100', '合肥市'],
    ['653228', '和安县'],
    ['653229', '和康县'],
    ['710000', '台湾省'],
    ['810000', '香港特别行政区'],
  ])('accepts %s, %s', (code, name) => {
    expect(isDivisionCode(code)).toBe(true)
    expect(isDivisionInForce(code)).toBe(true)
    expect(divisionName(code)).toBe(name)
  })

  test.each([
    ['310102', '南市区'],
    ['310103', '卢湾区'],
    ['310108', '闸北区'],
    ['310119', '南汇区'],
    ['310200', '县'],
    ['310225', '南汇县'],
    ['310230', '崇明县'],
    ['330103', '下城区'],
    ['440524', '潮阳县'],
    ['370903', '岱岳区'],
  ])('accepts %s, %s, which is in force no more', (code, name) => {
    expect(isDivisionCode(code)).toBe(true)
    expect(isDivisionInForce(code)).toBe(false)
    expect(divisionName(code)).toBe(name)
  })

  test.each([
    '310199',
    '830000',
    '31',
    '3101',
    '310115001',
    '100000',
    ' 310115',
    '',
    '# Codes',
    '__proto__',
    'constructor',
  ])('refuses %j', code => {
    expect(isDivisionCode(code)).toBe(false)
    expect(isDivisionInForce(code)).toBe(false)
    expect(divisionName(code)).toBe(undefined)
  })
})
