// A record of before a merger names the division of its day, and is no less valid: former codes are codes.
import { describe, expect, test } from '@jest/globals'
import {
  divisionFault,
  divisionName,
  isDivisionCode,
  isDivisionInForce,
} from '../../../../services/contract/formats/division-code.ts'

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

  test('a code that is in force no more is told by its name and its last year, one that never was as none', () => {
    expect(divisionFault('310115')).toBe(undefined)
    expect(divisionFault('653229')).toBe(undefined)
    expect(divisionFault('310103')).toMatchObject({
      en: expect.stringMatching(/卢湾区.*2010/),
      zh: '该代码原为卢湾区，自 2010 年底后已停用，请填写现行行政区划代码（GB/T 2260）。',
    })
    expect(divisionFault('310119')?.zh).toMatch(/南汇区.*2008/)
    expect(divisionFault('999999')?.zh).toContain('没有使用')
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
