import { expect, test } from '@jest/globals'
import { type Figure, isMet } from '../../bench/figures.ts'
import { tableOf } from '../../bench/page.ts'
import { figuresOfPulls } from '../../bench/pulls/figures.ts'

const cpu = { server: 80, PostgreSQL: 40, indexer: 5 }
const run = (perSecond: number, p99 = 10, lag?: number) => ({
  ...{ perSecond, p99, p50: 1, answered: 1, bad: 0, bytes: 1, cost: 40, cpu },
  ...(lag !== undefined && { lag }),
})

const round = (lag: number) => ({
  bare: run(10_000),
  hub: run(8_600, 16, 100),
  receipt: run(7_000, 10, lag),
  audited: run(4_000),
  matter: run(3_500, 10, 100),
  bulk: run(21_000, 50, 100),
  bareAlone: run(2_000),
  hubAlone: run(600, 10, 0),
})

const outcome = figuresOfPulls([round(9_000), round(9_000), round(50)], 280)
const of = (name: string) =>
  [...outcome.ratios, ...outcome.figures, ...outcome.details].find(figure => figure.name === `pulls.${name}`) as Figure

test('the index behind the log counts by the run that left it farthest, and is held against its goal', () => {
  expect(of('index-lag')).toMatchObject({ value: 9_000, low: 100, high: 9_000, goal: { atMost: 8_192 } })
  expect(isMet(of('index-lag'))).toBe(false)
})

test('a bulk call counts by the subjects that it answered, and by how long the whole call took', () => {
  expect(of('bulk-to-bare')).toMatchObject({ value: 2.1, goal: { atLeast: 2.2 } })
  expect(of('bulk-p99')).toMatchObject({ value: 50, goal: { atMost: 60 } })
})

test('a goal that was missed stands in the table as missed, with its figure', () => {
  const table = tableOf({ measurement: 'pulls', setting: { records: 1 }, ...outcome }, '2026-12-01')
  expect(table).toContain('| `pulls.p99-to-bare` | p99: pull / bare route | 1.60 × |  | ≤ 1.5, **not met** |')
  expect(table).toContain('| `pulls.to-bare` | throughput: pull / bare route | 0.86 × |  | ≥ 0.85, met |')
})

test('no figure is told twice, and those behind the table say what every contender took', () => {
  const names = [...outcome.ratios, ...outcome.figures, ...outcome.details].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(of('audited.server')).toMatchObject({ value: 80 })
})
