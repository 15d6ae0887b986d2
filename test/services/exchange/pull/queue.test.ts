import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { createQueue, QueueFull, type QueueOptions } from '../../../../services/exchange/pull/queue.ts'
import type { Settled } from '../../../../services/exchange/pull/settle.ts'

type Batch = { items: number[]; leave: () => void; finish: () => void; fail: (...culprits: number[]) => void }

/** A queue whose batches wait for the test to finish them. */
function openQueue(more: Partial<QueueOptions<number, string>> = {}) {
  const batches: Batch[] = []
  const queue = createQueue<number, string>({
    run: (items, leave) => {
      const done = Promise.withResolvers<Settled<string>[]>()
      const settle = (culprits: number[]) =>
        done.resolve(
          items.map(item =>
            culprits.includes(item) ? { error: new Error('own'), whose: 'own' } : { answer: `answer ${item}` },
          ),
        )
      batches.push({ items: [...items], leave, finish: () => settle([]), fail: (...culprits) => settle(culprits) })
      return done.promise
    },
    largest: 3,
    longest: 6,
    isStale: () => false,
    ownerOf: () => undefined,
    isFault: () => true,
    now: () => new Date(),
    ...more,
  })
  return { queue, batches }
}
const putAll = (queue: ReturnType<typeof openQueue>['queue'], ...items: number[]) => items.map(item => queue.put(item))

describe('the queue of pulls', () => {
  test('answers together what arrived together, each with its own answer', async () => {
    const { queue, batches } = openQueue()
    const answers = putAll(queue, 1, 2)
    await nextTurn()
    expect(batches.map(({ items }) => items)).toEqual([[1, 2]])
    batches[0]!.finish()
    expect(await Promise.all(answers)).toEqual(['answer 1', 'answer 2'])
  })

  test('makes one batch at a time, none larger than allowed; the next starts in the very call by which it leaves', async () => {
    const { queue, batches } = openQueue({ longest: 20 })
    const answers = putAll(queue, 1, 2, 3, 4, 5, 6, 7, 8)
    await nextTurn()
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3]])
    batches[0]!.leave()
    expect(batches.slice(1).map(({ items }) => items)).toEqual([[4, 5, 6]])
    batches[0]!.leave()
    expect(batches).toHaveLength(2)
    batches[1]!.finish()
    await answers[3]
    await nextTurn()
    expect(batches[2]!.items).toEqual([7, 8])
    for (const { finish } of batches) finish()
    expect(await Promise.all(answers)).toHaveLength(8)
  })

  test('no tiny batch follows a large one: the next starts once half as many wait as are in hand', async () => {
    const { queue, batches } = openQueue({ largest: 10, longest: 20 })
    const answers = putAll(queue, 1, 2, 3, 4, 5, 6)
    await nextTurn()
    answers.push(...putAll(queue, 7, 8))
    batches[0]!.leave()
    await nextTurn()
    expect(batches).toHaveLength(1)
    answers.push(...putAll(queue, 9))
    await nextTurn()
    expect(batches[1]!.items).toEqual([7, 8, 9])
    for (const { finish } of batches) finish()
    expect(await Promise.all(answers)).toHaveLength(9)
  })

  test('whoever has waited too long is refused, and does not stand in the way of the others', async () => {
    const { queue, batches } = openQueue({ isStale: n => n === 2 })
    const [first, stale, third] = [
      queue.put(1),
      nextTurn().then(() => queue.put(2)),
      nextTurn().then(() => queue.put(3)),
    ]
    const refused = expect(stale).rejects.toThrow(QueueFull)
    await nextTurn()
    await nextTurn()
    batches[0]!.finish()
    await refused
    await nextTurn()
    batches[1]!.finish()
    expect(await Promise.all([first, third])).toEqual(['answer 1', 'answer 3'])
    await queue.idle()
  })

  test('refuses what would wait too long, and goes on with the rest', async () => {
    const { queue, batches } = openQueue()
    const answers = putAll(queue, 1, 2, 3, 4, 5, 6)
    await expect(queue.put(7)).rejects.toThrow(QueueFull)
    await nextTurn()
    batches[0]!.leave()
    for (const { finish } of batches) finish()
    expect(await Promise.all(answers)).toHaveLength(6)
  })

  describe('an owner whose item failed by its own fault', () => {
    /** Items of the owner `bad` are those from 100 on. */
    const openOwned = (more: Partial<QueueOptions<number, string>> = {}) => {
      const clock = { now: new Date(0) }
      const ownerOf = (item: number) => (item >= 100 ? 'bad' : 'good')
      return { clock, ...openQueue({ largest: 64, longest: 200, ownerOf, now: () => clock.now, ...more }) }
    }
    const failOnce = async ({ queue, batches }: ReturnType<typeof openOwned>) => {
      const failed = queue.put(100)
      await nextTurn()
      batches[0]!.fail(100)
      await expect(failed).rejects.toThrow('own')
      batches.length = 0
    }

    test('shares no batch with others for a minute, though the others stay together', async () => {
      const opened = openOwned()
      await failOnce(opened)
      const { queue, batches, clock } = opened
      const answers = putAll(queue, 1, 101, 2, 102, 3)
      await nextTurn()
      expect(batches.map(({ items }) => items)).toEqual([
        [101, 102],
        [1, 2, 3],
      ])
      for (const { finish } of batches) finish()
      await Promise.all(answers)
      clock.now = new Date(60_001)
      const later = putAll(queue, 4, 103)
      await nextTurn()
      expect(batches.at(-1)!.items).toEqual([4, 103])
      batches.at(-1)!.finish()
      await Promise.all(later)
    })

    test('takes along what of its own waits among the others', async () => {
      const opened = openOwned()
      const { queue, batches } = opened
      const failed = queue.put(100)
      await nextTurn()
      const answers = putAll(queue, 1, 101, 2)
      batches[0]!.fail(100)
      await expect(failed).rejects.toThrow('own')
      await nextTurn()
      batches[1]!.finish()
      await nextTurn()
      await nextTurn()
      batches[2]!.finish()
      await Promise.all(answers)
      expect(batches.slice(1).map(({ items }) => items)).toEqual([[101], [1, 2]])
    })

    test('holds one place at most, in batches of eight, one for four of the others where these wait', async () => {
      const opened = openOwned({ largest: 1 })
      await failOnce(opened)
      const { queue, batches } = opened
      const own = Array.from({ length: 20 }, (_, n) => 101 + n)
      const answers = putAll(queue, ...own, 1, 2, 3, 4, 5)
      for (let n = 0; n < 8; n += 1) {
        while (batches.length <= n) await nextTurn()
        batches[n]!.finish()
      }
      const others = [1, 2, 3, 4, 5].map(n => [n])
      expect(batches.map(({ items }) => items)).toEqual([
        own.slice(0, 8),
        ...others.slice(0, 4),
        own.slice(8, 16),
        others[4],
        own.slice(16),
      ])
      await Promise.all(answers)
    })

    test('has a bound of its own on how many wait, and leaves the others theirs', async () => {
      const opened = openOwned({ longest: 8 })
      await failOnce(opened)
      const { queue, batches } = opened
      const answers = putAll(queue, 101, 102)
      await expect(queue.put(103)).rejects.toThrow(QueueFull)
      answers.push(...putAll(queue, 1, 2, 3, 4, 5, 6, 7, 8))
      await nextTurn()
      for (const { finish } of batches) finish()
      expect(await Promise.all(answers)).toHaveLength(10)
    })
  })

  test('an outage is held against nobody', async () => {
    const outage: Settled<string> = { error: new Error('connection lost'), whose: 'everybody' }
    const seen: number[][] = []
    const { queue } = openQueue({
      ownerOf: item => `owner ${item}`,
      run: async items => {
        seen.push([...items])
        return items.map(item => (seen.length === 1 ? outage : { answer: `answer ${item}` }))
      },
    })
    expect((await Promise.allSettled(putAll(queue, 1, 2))).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ])
    await Promise.all(putAll(queue, 1, 2))
    expect(seen).toEqual([
      [1, 2],
      [1, 2],
    ])
  })

  test('is idle once everything in it is answered, and again after that', async () => {
    const { queue, batches } = openQueue()
    await queue.idle()
    for (const n of [0, 1]) {
      const answer = queue.put(n)
      const idle = queue.idle()
      await nextTurn()
      batches[n]!.finish()
      await Promise.all([answer, idle])
    }
    await queue.idle()
  })
})
