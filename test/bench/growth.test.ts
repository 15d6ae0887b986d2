import { expect, test } from '@jest/globals'
import { isMet } from '../../bench/figures.ts'
import { figuresOf, type Round } from '../../bench/growth/figures.ts'

const run = (perSecond: number, p99: number) => ({
  perSecond,
  p99,
  p50: 1,
  answered: 1,
  bad: 0,
  bytes: 1,
  cost: 1,
  cpu: { server: 200, PostgreSQL: 100 },
})

/** Pulls a second, their p99 and records taken in: small, large. */
const round = (small: [number, number, number], large: [number, number, number], near: number): Round => ({
  small: { pulls: run(small[0], small[1]), ingest: small[2] },
  large: { pulls: run(large[0], large[1]), ingest: large[2] },
  near: run(near, 1),
})

test('a large registry is held against the small one of the same round, and the median of the rounds is told', () => {
  const measured = [
    round([1_000, 10, 500], [800, 12, 450], 950),
    // A slow minute, for both.
    round([500, 20, 250], [350, 22, 200], 500),
    round([1_000, 10, 500], [900, 14, 350], 900),
  ]
  const { ratios, figures, details } = figuresOf({ small: 100, large: 10_000 }, measured, {
    record: 1_000,
    entry: 1_500,
    proof: 4,
    search: 30,
  })
  const of = (name: string) => [...ratios, ...figures, ...details].find(figure => figure.name === `growth.${name}`)
  expect(of('pulls')).toMatchObject({ value: 0.8, low: 0.7, high: 0.9, goal: { atLeast: 0.9 } })
  expect(of('p99')).toMatchObject({ value: 1.2, goal: { atMost: 1.2 } })
  expect(of('ingest')).toMatchObject({ value: 0.8, goal: { atLeast: 0.8 } })
  expect(of('near')).toMatchObject({ value: 0.95 })
  expect(of('large.postgres')).toMatchObject({ value: 100 })
  expect(of('proof')).toMatchObject({ value: 4, goal: { atMost: 5 } })
  expect(isMet(of('search')!)).toBe(false)
  expect(of('entry.bytes')).toMatchObject({ value: 1_500 })
  expect(of('pulls')!.title).toContain('10,000 / 100 records')
})
