import { expect, test } from '@jest/globals'
import { createShare } from '../../../../../services/exchange/pull/bulk/share.ts'

type Job = { caller: string; n: number; end: () => void }

/** A share, and the jobs that have begun and not ended, in the order of their beginning. */
function openShare(most: number) {
  const share = createShare(most)
  const running: Job[] = []
  const put = (caller: string, n: number) =>
    share(caller, async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      running.push({ caller, n, end: resolve })
      await promise
      return n
    })
  const settle = () => new Promise(resolve => setImmediate(resolve))
  return { put, running, settle }
}

test('one caller has so many pulls in the queue at once, the rest follow in order, and nobody else waits for them', async () => {
  const { put, running, settle } = openShare(3)
  const mine = Array.from({ length: 10 }, (_, n) => put('greedy', n))
  const others = put('other', 100)
  await settle()
  expect(running.map(({ n }) => n)).toEqual([0, 1, 2, 100])
  for (let begun = 4; running.length > 0; begun += 1) {
    running.shift()!.end()
    await settle()
    expect(running.filter(({ caller }) => caller === 'greedy').length).toBeLessThanOrEqual(3)
    if (begun > 30) throw new Error('the jobs never end')
  }
  expect(await Promise.all(mine)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(await others).toBe(100)
})

test('a place is free again after a pull that failed', async () => {
  const share = createShare(1)
  await expect(share('one', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await share('one', async () => 'next')).toBe('next')
})
