import { expect, test } from '@jest/globals'
import { medianOf } from '../../../../../services/exchange/views/figures/median.ts'

const buckets = (...counts: number[]) =>
  [0.01, 0.1, 1, Number.POSITIVE_INFINITY].map((le, n) => ({ le, count: counts[n]! }))

test('without pulls there is no median', () => {
  expect(medianOf([])).toBeUndefined()
  expect(medianOf(buckets(0, 0, 0, 0))).toBeUndefined()
})

test('the median lies in the bucket where half of the pulls have been answered', () => {
  expect(medianOf(buckets(10, 10, 10, 10))).toBeCloseTo(0.005)
  expect(medianOf(buckets(0, 10, 10, 10))).toBeCloseTo(0.055)
  expect(medianOf(buckets(4, 4, 8, 8))).toBeCloseTo(0.01)
})

test('beyond the last bound there is nothing but the last bound', () => {
  expect(medianOf(buckets(0, 0, 1, 9))).toBe(1)
})
