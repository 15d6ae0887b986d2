import { expect, test } from '@jest/globals'
import { figuresOf, type Size } from '../../bench/growth/figures.ts'

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
const size = (records: number, pulls: [perSecond: number, p99: number][], ingest: number[]): Size => ({
  records,
  pulls: pulls.map(([perSecond, p99]) => run(perSecond, p99)),
  ingest,
})

test('a large registry is held against the median of the small one, round by round', () => {
  const small = size(
    100,
    [
      [900, 9],
      [1_000, 10],
      [4_000, 40],
    ],
    [500, 400, 600],
  )
  const large = size(
    10_000,
    [
      [800, 12],
      [700, 11],
      [750, 14],
    ],
    [450, 350, 400],
  )
  const { ratios, figures } = figuresOf([small, large], { record: 1_000, entry: 1_500 })
  const of = (name: string) => [...ratios, ...figures].find(figure => figure.name === `growth.${name}`)
  expect(of('pulls.10000')).toMatchObject({ value: 0.75, goal: { atLeast: 0.85 } })
  expect(of('p99.10000')).toMatchObject({ value: 1.2, goal: { atMost: 1.3 } })
  expect(of('ingest.10000')).toMatchObject({ value: 0.8, goal: { atLeast: 0.8 } })
  expect(of('processor.10000.value')).toMatchObject({ value: 300 })
  expect(of('record.bytes')).toMatchObject({ value: 1_000 })
})
