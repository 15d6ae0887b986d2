import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isFailure } from '../../../../../services/contract/failure.ts'
import { isNumberPosition, readPage } from '../../../../../services/exchange/platform/http/page.ts'

/** A list of the numbers from 1 to `count`, as a store reads it. */
const numbers = (count: number) => ({
  isPosition: isNumberPosition,
  list: (after: number | undefined, limit: number) =>
    Array.from({ length: count }, (_, n) => n + 1)
      .filter(n => n > (after ?? 0))
      .slice(0, limit + 1),
  positionOf: (n: number) => n,
  answerOf: (n: number) => `item ${n}`,
})

describe('a list by pages', () => {
  test('shows each row once and in order, whatever the page’s size', async () => {
    const sizes = fc.record({ count: fc.nat(40), limit: fc.integer({ min: 1, max: 15 }) })
    const property = fc.asyncProperty(sizes, async ({ count, limit }) => {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await readPage({ limit, ...(cursor && { cursor }) }, numbers(count))
        if (isFailure(page)) throw new Error(page.failure)
        expect(page.items.length).toBe(Math.min(limit, count - seen.length))
        seen.push(...page.items)
        cursor = page.next
        expect(cursor !== undefined).toBe(seen.length < count)
      } while (cursor)
      expect(seen).toEqual(Array.from({ length: count }, (_, n) => `item ${n + 1}`))
    })
    await fc.assert(property)
  })

  test('refuses a cursor that holds no position of the list, and reads nothing', async () => {
    const list = () => {
      throw new Error('read')
    }
    for (const cursor of ['!', Buffer.from('"text"').toString('base64url'), Buffer.from('-1').toString('base64url')]) {
      expect(await readPage({ cursor }, { ...numbers(3), list })).toMatchObject({ failure: 'CURSOR_INVALID' })
    }
  })
})
