/** Keeps out: a count of proofs or subjects that is another as soon as memory is short. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { openTally } from '../../../../../services/exchange/log/reading/tally.ts'

type Put = { key: string; group: number }
const puts = fc.array(fc.record({ key: fc.nat(400).map(String), group: fc.nat(5) }), { maxLength: 1_500 })

function tallied(all: readonly Put[], most?: number) {
  const tally = openTally(most)
  let passes = 0
  do {
    passes += 1
    for (const { key, group } of all) tally.put(key, group)
  } while (tally.again())
  return { passes, counts: [0, 1, 2, 3, 4, 5].map(tally.count) }
}

function byHand(all: readonly Put[]): number[] {
  const last = new Map(all.map(({ key, group }) => [key, group]))
  return [0, 1, 2, 3, 4, 5].map(group => [...last.values()].filter(one => one === group).length)
}

test('each key counts once, in the group it was last put into, however little memory there is', () => {
  fc.assert(
    fc.property(puts, fc.constantFrom(16, 64, 256, undefined), (all, most) => {
      expect(tallied(all, most).counts).toEqual(byHand(all))
    }),
  )
})

test('keys that fit are counted in one pass; of others no more are kept than fit', () => {
  const all = Array.from({ length: 3_000 }, (_, key) => ({ key: `${key}`, group: key % 6 }))
  expect(tallied(all)).toEqual({ passes: 1, counts: Array(6).fill(500) })
  const { passes, counts } = tallied(all, 1_024)
  expect(counts).toEqual(Array(6).fill(500))
  expect(passes).toBeGreaterThanOrEqual(5)
})
