/** Standstills: the fault kept out is a partition that does not move, with readiness green and a lag of nothing. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  lookAgain,
  oldestAge,
  stoodFor,
  type Waiting,
} from '../../../../../services/exchange/records/ingest/standstill.ts'

/** Looks once a second: where the partition stands and where its log ends. */
const after = (looks: [next: number, end: number][]) =>
  looks.reduce<Waiting | undefined>((before, [next, end], n) => lookAgain(before, { next, end }, n * 1_000), undefined)

test('a partition that moves, however slowly, does not stand; one that is at its end does not wait', () => {
  expect(after([[5, 5]])).toBeUndefined()
  const slow = after([
    [0, 100],
    [1, 100],
    [2, 200],
    [3, 200],
  ])!
  expect(stoodFor(slow, 3_000)).toBe(0)
  expect(oldestAge(slow, 3_000)).toBe(3_000)
})

test('one that stands is known since it was first seen with messages waiting, and the oldest of them by its own time', () => {
  const still = after([
    [5, 5],
    [5, 7],
    [5, 9],
    [5, 9],
  ])!
  expect(stoodFor(still, 4_000)).toBe(3_000)
  expect(oldestAge(still, 4_000)).toBe(3_000)
  const moved = lookAgain(still, { next: 7, end: 9 }, 4_000)!
  expect(stoodFor(moved, 4_000)).toBe(0)
  expect(oldestAge(moved, 4_000)).toBe(2_000)
})

test('what is known stays small and never makes the oldest younger than it is', () => {
  const growth = fc.array(fc.nat(3), { minLength: 300, maxLength: 900 })
  fc.assert(
    fc.property(growth, steps => {
      let [end, now] = [1, 0]
      let waiting = lookAgain(undefined, { next: 0, end }, 0)!
      for (const step of steps) {
        end += step
        now += 1_000
        waiting = lookAgain(waiting, { next: 0, end }, now)!
      }
      expect(waiting.seen.length).toBeLessThanOrEqual(241)
      expect(oldestAge(waiting, now)).toBe(now)
    }),
    { numRuns: 30 },
  )
})
