import { expect, test } from '@jest/globals'
import { createVerifiedTokens } from '../../../../../services/exchange/platform/identity/verified-tokens.ts'

const at = new Date('2026-11-24T10:00:00Z')
const caller = (id: string) => ({ id, kind: 'person' as const, roles: [] })
const anHour = at.getTime() + 3_600_000

test('of ten thousand tokens and one more, the least recently used is forgotten', () => {
  const tokens = createVerifiedTokens()
  for (let i = 0; i < 10_000; i++) tokens.keep(`token-${i}`, caller(`${i}`), anHour, at)
  tokens.find('token-0', at)
  tokens.keep('one more', caller('one more'), anHour, at)
  expect(tokens.find('token-0', at)?.id).toBe('0')
  expect(tokens.find('token-1', at)).toBeUndefined()
  expect(tokens.find('one more', at)?.id).toBe('one more')
})

test('even a token of an hour is looked at afresh after ten minutes', () => {
  const tokens = createVerifiedTokens()
  tokens.keep('token', caller('li-mei'), anHour, at)
  expect(tokens.find('token', new Date(at.getTime() + 599_999))).toBeDefined()
  expect(tokens.find('token', new Date(at.getTime() + 600_000))).toBeUndefined()
})
