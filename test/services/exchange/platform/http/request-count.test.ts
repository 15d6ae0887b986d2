import { expect, test } from '@jest/globals'
import { createRequestCount } from '../../../../../services/exchange/platform/http/request-count.ts'

const start = Date.parse('2026-03-02T02:00:00Z')

function open() {
  const clock = { seconds: 0 }
  const now = () => new Date(start + clock.seconds * 1_000)
  return { clock, count: createRequestCount({ requestsPerMinute: 3, anonymousPerMinute: 2, now }) }
}
const sender = { ip: '10.0.0.1' }
const callerOf = (id: string) => ({ id })

test('of one caller only so many requests go through in a minute, from whatever address; then it is told how long to wait', () => {
  const { clock, count } = open()
  const ask = () => {
    clock.seconds += 5
    return count(callerOf('a'), { ip: `10.0.0.${clock.seconds}` })
  }
  expect(Array.from({ length: 5 }, ask)).toEqual([0, 0, 0, 45, 40])
  clock.seconds = 64
  expect(count(callerOf('a'), sender)).toBe(1)
  clock.seconds = 65
  expect(count(callerOf('a'), sender)).toBe(0)
})

test('callers behind one address, and those without a token there, are counted apart', () => {
  const { count } = open()
  const ask = (caller?: string) => Array.from({ length: 4 }, () => count(caller ? callerOf(caller) : undefined, sender))
  expect([ask('a'), ask('b'), ask()]).toEqual([
    [0, 0, 0, 60],
    [0, 0, 0, 60],
    [0, 0, 60, 60],
  ])
})

test('a flood from many addresses makes no caller’s count be forgotten', () => {
  const { count } = open()
  for (let n = 0; n < 3; n++) count(callerOf('a'), sender)
  for (let n = 0; n < 20_000; n++) count(undefined, { ip: `10.1.${n >> 8}.${n & 255}` })
  expect(count(callerOf('a'), sender)).toBe(60)
})

test('several requests at once are taken whole or not at all, and those that are not leave the rest of the minute as it was', () => {
  const count = createRequestCount({ requestsPerMinute: 10, now: () => new Date('2026-03-01T08:00:10Z') })
  expect(count({ id: 'a' }, { ip: '::1' }, 8)).toBe(0)
  expect(count({ id: 'a' }, { ip: '::1' }, 3)).toBe(60)
  expect(count({ id: 'a' }, { ip: '::1' }, 2)).toBe(0)
  expect(count({ id: 'a' }, { ip: '::1' }, 1)).toBe(60)
})
