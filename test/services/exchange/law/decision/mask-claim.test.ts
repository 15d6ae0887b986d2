import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Mask, masked, masks } from '../../../../../services/exchange/law/agreement/mask.ts'
import { answerClaim, type Claim } from '../../../../../services/exchange/law/decision/claim.ts'

const masking: [Mask, string, string | null][] = [
  ['keep-last-4', '310115198001011234', '****1234'],
  ['keep-last-4', '1234567', null],
  ['keep-last-4', '沪房地浦字第00012号', '****012号'],
  ['keep-first-1', '张三', '张****'],
  ['keep-first-1', '𠮷野家', '𠮷****'],
  ['keep-first-1', '张', null],
  ['keep-last-4', 'passport:DEU:C01X00T47', 'passport:****0T47'],
  ['keep-last-4', 'passport:USA:1234567', null],
  ['keep-last-4', 'hk-macao-permit:H12345678', 'hk-macao-permit:****5678'],
  ['keep-last-4', 'taiwan-permit:12345678', 'taiwan-permit:****5678'],
  ['keep-last-4', 'permanent-residence:USA310185060112', 'permanent-residence:****0112'],
  ['region-only', '931840198506011019', null],
  ['region-only', 'passport:DEU:C01X00T47', null],
  ['region-only', '11010519491231002X', '110105****'],
  ['region-only', '91350100M000100Y43', '350100****'],
  ['region-only', '913101151000000408', '310115****'],
  ['region-only', '123101151000000082', '310115****'],
  ['region-only', '52310115100000008X', '310115****'],
  ['region-only', '913101151000000409', null],
  ['region-only', '110105194912310021', null],
  ['region-only', '110105', null],
  ['month-only', '1949-12-31', '1949-12'],
  ['year-only', '1949-12-31', '1949'],
  ['year-only', '1949-12-31T08:00:00Z', '1949'],
  ['year-only', '1949', null],
]
test.each(masking)('%s of %s is %s', (mask, value, left) => expect(masked(mask, value)).toBe(left))

test('a mask never lets a whole value through, nor anything that is no text', () => {
  const value = fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'binary' }))
  fc.assert(fc.property(fc.constantFrom(...masks), value, (mask, text) => expect(masked(mask, text)).not.toBe(text)))
  for (const value of [null, true, 12345678, ['12345678'], { id: '12345678' }]) {
    for (const mask of masks) expect(masked(mask, value)).toBeNull()
  }
})

describe('claims', () => {
  const record = {
    status: 'married',
    area: 89.5,
    on: '2019-05-20',
    seen: '2019-05-20T16:30:00Z',
    owners: [{ name: '张三' }, { name: '李四' }],
  }
  const answered: [Claim, boolean][] = [
    [{ field: '/status', equals: 'married' }, true],
    [{ field: '/status', equals: 'single' }, false],
    [{ field: '/status', oneOf: ['single', 'married'] }, true],
    [{ field: '/area', atLeast: 89.5 }, true],
    [{ field: '/area', atLeast: 90 }, false],
    [{ field: '/area', atMost: 90 }, true],
    [{ field: '/area', equals: '89.5' }, false],
    [{ field: '/status', atLeast: 1 }, false],
    [{ field: '/on', onOrAfter: '2019-05-20' }, true],
    [{ field: '/on', onOrBefore: '2019-05-19' }, false],
    [{ field: '/seen', onOrBefore: '2019-05-20' }, true],
    [{ field: '/area', onOrAfter: '2019-05-20' }, false],
    [{ field: '/owners/*/name', equals: '李四' }, true],
    [{ field: '/owners/*/name', equals: '王五' }, false],
    [{ field: '/spouse', present: false }, true],
    [{ field: '/status', present: true }, true],
    [{ field: '/__proto__', present: true }, false],
  ]
  test.each(answered)('%j is %s', (claim, holds) => expect(answerClaim(claim, [record])).toBe(holds))

  test('a claim about no record is neither true nor false', () => {
    expect(answerClaim({ field: '/spouse', present: false }, [])).toBe('no-record')
  })
})
