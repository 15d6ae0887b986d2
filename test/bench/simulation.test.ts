import { expect, test } from '@jest/globals'
import { createEvents } from '../../bench/simulation/events.ts'
import { simulate } from '../../bench/simulation/simulate.ts'

const costs = { exchange: 0.2, postgres: 0.1, way: 0.5, flush: 1 }
const plant = { processes: 4, cores: 4, perSecond: 1_000, seconds: 10, seed: 1 }

test('events happen in the order of their time, and of two at one time the one added last comes first', () => {
  const events = createEvents()
  const happened: string[] = []
  const note = (what: string) => (now: number) => happened.push(`${what} at ${now}`)
  events.add(2, now => {
    note('second')(now)
    events.add(3, note('third'))
  })
  events.add(5, note('fourth'))
  events.add(5, note('fifth'))
  events.add(1, note('first'))
  events.run()
  expect(happened).toEqual(['first at 1', 'second at 2', 'third at 3', 'fifth at 5', 'fourth at 5'])
})

test('a plant that is large enough keeps up with what is asked of it, and the same seed plays the same', () => {
  const played = simulate(costs, plant)
  expect(played.perSecond / plant.perSecond).toBeCloseTo(1, 1)
  expect(simulate(costs, plant)).toEqual(played)
  expect(simulate(costs, { ...plant, seed: 2 })).not.toEqual(played)
})

test('a pull alone takes its ways, its work and its flush', () => {
  const { p99, batch } = simulate(costs, { ...plant, perSecond: 0.001, seconds: 1 })
  expect(batch).toBe(1)
  expect(p99).toBeCloseTo(costs.postgres + 3 * costs.way + costs.exchange + costs.flush, 9)
})

test('one lock on the head of the log holds the rate below a batch a flush, however many processes there are', () => {
  const { perSecond, batch } = simulate(costs, { ...plant, perSecond: 100_000, processes: 32, cores: 32, seconds: 1 })
  expect(batch).toBeLessThanOrEqual(64)
  expect(perSecond).toBeLessThan((64 / (costs.way + costs.flush)) * 1000)
})
