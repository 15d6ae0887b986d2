import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { createQueue, QueueFull, type QueueOptions } from '../../../../services/exchange/pull/queue.ts'

type Batch = { items: number[]; finish: () => void; fail: (error: Error) => void }

/** A queue whose batches wait for the test to finish them. */
function openQueue(more: Partial<QueueOptions<number, string>> = {}) {
  const batches: Batch[] = []
  const queue = createQueue<number, string>({
    run: items => {
      const done = Promise.withResolvers<string[]>()
      batches.push({
        items: [...items],
        finish: () => done.resolve(items.map(item => `answer ${item}`)),
        fail: done.reject,
      })
      return done.promise
    },
    inFlight: () => 2,
    largest: 3,
    longest: 6,
    mayRetryAlone: () => true,
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

  test('runs at most so many batches at once, none larger than allowed; the next goes when one is done', async () => {
    const { queue, batches } = openQueue({ longest: 20 })
    const answers = putAll(queue, 1, 2, 3, 4, 5, 6, 7, 8)
    await nextTurn()
    expect(batches.map(({ items }) => items)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    batches[1]!.finish()
    await answers[3]
    await nextTurn()
    expect(batches[2]!.items).toEqual([7, 8])
    for (const { finish } of batches) finish()
    expect(await Promise.all(answers)).toHaveLength(8)
  })

  test('how many batches run at once is asked anew for each', async () => {
    let atOnce = 1
    const { queue, batches } = openQueue({ inFlight: () => atOnce })
    const answers = putAll(queue, 1, 2, 3, 4, 5, 6)
    await nextTurn()
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3]])
    atOnce = 2
    batches[0]!.finish()
    await answers[0]
    answers.push(...putAll(queue, 7, 8))
    await nextTurn()
    expect(batches.slice(1).map(({ items }) => items)).toEqual([
      [4, 5, 6],
      [7, 8],
    ])
    for (const { finish } of batches) finish()
    expect(await Promise.all(answers)).toHaveLength(8)
  })

  test('no tiny batch follows a large one: a second one starts once half as many wait as the first one holds', async () => {
    const { queue, batches } = openQueue({ largest: 10, longest: 20 })
    const answers = putAll(queue, 1, 2, 3, 4, 5, 6)
    await nextTurn()
    answers.push(...putAll(queue, 7, 8))
    await nextTurn()
    expect(batches).toHaveLength(1)
    answers.push(...putAll(queue, 9))
    await nextTurn()
    expect(batches[1]!.items).toEqual([7, 8, 9])
    for (const { finish } of batches) finish()
    expect(await Promise.all(answers)).toHaveLength(9)
  })

  test('whoever has waited too long is refused, and does not stand in the way of the others', async () => {
    const { queue, batches } = openQueue({ inFlight: () => 1, isStale: n => n === 2 })
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
    for (const { finish } of batches) finish()
    expect(await Promise.all(answers)).toHaveLength(6)
  })

  test('a batch that fails through one member is run again one by one, so that the others get their answers', async () => {
    const { queue, batches } = openQueue()
    const answers = Promise.allSettled(putAll(queue, 1, 2, 3))
    await nextTurn()
    batches[0]!.fail(new Error('too large'))
    for (const n of [1, 2, 3]) {
      while (batches.length <= n) await nextTurn()
      expect(batches[n]!.items).toEqual([n])
      if (n === 2) batches[n]!.fail(new Error('too large'))
      else batches[n]!.finish()
    }
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('a batch that fails through an outage is not run again', async () => {
    const { queue, batches } = openQueue({ mayRetryAlone: () => false })
    const answers = Promise.allSettled(putAll(queue, 1, 2))
    await nextTurn()
    batches[0]!.fail(new Error('connection lost'))
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(batches).toHaveLength(1)
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
