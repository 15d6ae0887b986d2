/** Holds: the cursor of a pull tells no key, and no text but one that was sealed for the same page is taken for a position. */
import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cursorLengthMax, openCursor, type PageOf, sealCursor } from '../../../../services/exchange/pull/cursor.ts'

const key = randomBytes(32)
const page: PageOf = {
  department: 'office',
  dataset: 'source.permit',
  subject: { type: 'person', id: '11010519491231002X' },
}
const seal = (recordKey: string) => sealCursor(key, randomBytes(12), page, recordKey)

test('any key comes back, is not to be read in the cursor, and fits it', () => {
  const keys = fc.string({ minLength: 1, maxLength: 200, unit: 'binary' })
  fc.assert(
    fc.property(keys, recordKey => {
      const cursor = seal(recordKey)
      expect(openCursor(key, page, cursor)).toBe(recordKey)
      expect(cursor.length).toBeLessThanOrEqual(cursorLengthMax)
      if (recordKey.length > 3) expect(Buffer.from(cursor, 'base64url').includes(recordKey)).toBe(false)
    }),
  )
})

test('nothing else opens: made up, changed in one bit, or sealed for another page', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ maxLength: 80 }), (text, bytes) => {
      expect(openCursor(key, page, text)).toBeUndefined()
      expect(openCursor(key, page, Buffer.from(bytes).toString('base64url'))).toBeUndefined()
    }),
  )
  const sealed = Buffer.from(seal('P-1'), 'base64url')
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect(openCursor(key, page, changed.toString('base64url'))).toBeUndefined()
  }
  for (const other of [
    { department: 'another' },
    { dataset: 'source.other' },
    { subject: { type: 'person' as const, id: '110101198001010010' } },
    { subject: { ...page.subject, type: 'organisation' as const } },
  ]) {
    expect(openCursor(key, { ...page, ...other }, seal('P-1'))).toBeUndefined()
  }
})
