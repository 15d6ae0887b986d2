import { expect, test } from '@jest/globals'
import { type Figure, isMet, ratioOf } from '../../bench/figures.ts'
import { runRounds } from '../../bench/rounds.ts'
import { residentId } from '../../bench/stand/residents.ts'
import { isWorse, readStated } from '../../bench/stated.ts'
import { isResidentId } from '../../services/contract/formats/resident-id.ts'

const figure = (value: number, goal?: Figure['goal']): Figure => ({
  name: 'pulls.to-bare',
  title: 'throughput',
  value,
  low: value,
  high: value,
  unit: '×',
  ...(goal && { goal }),
})

test('a ratio is a quarter worse on the side of its goal only', () => {
  expect(isWorse(figure(0.76, { atLeast: 1 }), 1)).toBe(false)
  expect(isWorse(figure(0.74, { atLeast: 1 }), 1)).toBe(true)
  expect(isWorse(figure(1.24, { atMost: 1.5 }), 1)).toBe(false)
  expect(isWorse(figure(1.26, { atMost: 1.5 }), 1)).toBe(true)
  expect(isWorse(figure(0.1), 1)).toBe(false)
})

test('one round that is as good as stated is enough', () => {
  expect(isWorse({ ...figure(0.6, { atLeast: 1 }), high: 0.76 }, 1)).toBe(false)
  expect(isWorse({ ...figure(1.6, { atMost: 1 }), low: 1.24 }, 1)).toBe(false)
})

test('the stated ratios are read from the page, and no other rows', () => {
  const page = [
    '| `pulls.to-bare` | throughput | 0.61 × | 0.5 – 0.7 | ≥ 1 |',
    '| `pulls.hub.p50` | p50 | 4.20 ms | | |',
  ]
  expect(readStated(page.join('\n'))).toEqual(new Map([['pulls.to-bare', 0.61]]))
})

test('a ratio is formed within each round, and the order of contenders turns from round to round', async () => {
  const order: string[] = []
  const contender = (name: string, value: number) => async () => {
    order.push(name)
    return value * order.length
  }
  const rounds = await runRounds(2, { one: contender('one', 1), other: contender('other', 1) })
  expect(order).toEqual(['one', 'other', 'other', 'one'])
  const about = { name: 'x', title: 'x', goal: { atLeast: 1 } }
  const ratio = ratioOf(
    about,
    rounds,
    round => round.one!,
    round => round.other!,
  )
  expect(ratio).toMatchObject({ value: (1 / 2 + 4 / 3) / 2, low: 1 / 2, high: 4 / 3 })
  expect(isMet(ratio)).toBe(false)
})

test('made-up residents have ids with a right check character, all of them different', () => {
  const ids = Array.from({ length: 5_000 }, (_, n) => residentId(n * 5_399))
  expect(ids.filter(id => !isResidentId(id))).toEqual([])
  expect(new Set(ids).size).toBe(ids.length)
})
