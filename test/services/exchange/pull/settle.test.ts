/** Holds: one member that fails must not make a batch run one by one, and takes nobody's answer but its own. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Blame, settle } from '../../../../services/exchange/pull/settle.ts'

/** A batch of numbers, of which `culprits` fail; `runs` holds every batch that was run. */
async function settleBatch(size: number, culprits: ReadonlySet<number>, blame: (error: unknown) => Blame<number>) {
  const runs: number[][] = []
  const batch = Array.from({ length: size }, (_, n) => n)
  const settled = await settle(batch, {
    run: async items => {
      runs.push([...items])
      if (items.some(item => culprits.has(item))) throw new Error('one of these')
      return items.map(item => `answer ${item}`)
    },
    blame,
  })
  return { runs, settled }
}

const drawn = fc
  .integer({ min: 1, max: 64 })
  .chain(size => fc.tuple(fc.constant(size), fc.uniqueArray(fc.nat(size - 1), { maxLength: 6 })))

describe('a batch with culprits', () => {
  test.each([
    ['nobody', (): Blame<number> => 'somebody'],
    ['one of them at a time', undefined],
  ] as const)('answers everybody else, in order, where the error names %s', async (_, halving) => {
    await fc.assert(
      fc.asyncProperty(drawn, async ([size, list]) => {
        const culprits = new Set(list)
        const named = [...culprits].map(culprit => new Map([[culprit, new Error(`own ${culprit}`)]]))
        const { runs, settled } = await settleBatch(size, culprits, halving ?? (() => named.shift()!))
        expect(settled).toEqual(
          settled.map((_, n) =>
            culprits.has(n) ? { error: expect.any(Error), whose: 'own' } : { answer: `answer ${n}` },
          ),
        )
        // Halving: a culprit costs two runs on each level of halves. Named: one run each, and one for the rest.
        const most = halving ? 1 + culprits.size * 2 * Math.ceil(Math.log2(size)) : 1 + culprits.size
        expect(runs.length).toBeLessThanOrEqual(most)
      }),
    )
  })

  test('runs the others once more, together, where the error names all culprits', async () => {
    const culprits = new Map([5, 17, 40].map(n => [n, new Error(`own ${n}`)] as const))
    const { runs, settled } = await settleBatch(64, new Set(culprits.keys()), () => culprits)
    expect(runs.map(({ length }) => length)).toEqual([64, 61])
    expect(settled[17]).toEqual({ error: new Error('own 17'), whose: 'own' })
  })

  test('is not run again where the surroundings fail', async () => {
    const { runs, settled } = await settleBatch(64, new Set([3]), () => 'everybody')
    expect(runs).toHaveLength(1)
    expect(new Set(settled.map(one => 'whose' in one && one.whose))).toEqual(new Set(['everybody']))
  })
})
