/** How batches of one partition follow each other: the fault kept out is one that is stored before the one ahead of it was. */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { createLog } from '../../../services/contract/log.ts'
import type { Handled, Subscription } from '../../../services/kafka/kafka.ts'
import { newState, type Reading } from '../../../services/kafka/placing.ts'
import { takeBatch } from '../../../services/kafka/take-batch.ts'

const place = { topic: 'datarun.a.b', partition: 0 }
const name = 'datarun.a.b/0'

/** A consumption whose batches have one message each; `end(n)` ends the one at offset n. */
function consumption({ positions }: Pick<Subscription, 'positions'>) {
  const seen: string[] = []
  const endings = new Map<number, (handled: Handled) => void>()
  const subscription: Subscription = {
    groupId: 'test',
    topics: [place.topic],
    ...(positions && { positions }),
    handle: async ({ from }, before) => {
      seen.push(`reads ${from}`)
      if (!(await before)) return 'left'
      seen.push(`stores ${from}`)
      return new Promise(resolve => endings.set(from, resolve))
    },
  }
  const state = newState(subscription)
  state.placed.set(name, undefined)
  const consumer = { seek: ({ offset }: { offset: string }) => seen.push(`seeks ${offset}`) }
  const reading = { consumer, subscription, state, log: createLog('test', 'silent') } as unknown as Reading
  const give = (offset: number) => {
    const messages = [{ offset: String(offset), timestamp: '0', key: null, value: null, headers: {} }]
    const batch = { ...place, messages, fetchedOffset: String(offset), lastOffset: () => String(offset) }
    const payload = {
      batch,
      heartbeat: async () => {},
      isRunning: () => true,
      isStale: () => false,
      resolveOffset: (resolved: string) => seen.push(`resolves ${resolved}`),
    }
    return takeBatch(reading, payload as never).then(() => seen.push(`free after ${offset}`))
  }
  return { seen, give, end: (offset: number, handled: Handled) => endings.get(offset)!(handled) }
}

const told = { positions: async () => [{ ...place, offset: 7 }] }

test('a batch is read while the one before it is stored, and stored after it; one more is not fetched meanwhile', async () => {
  const { seen, give, end } = consumption(told)
  await give(1)
  const second = give(2)
  await turn()
  expect(seen).toEqual(['reads 1', 'resolves 1', 'stores 1', 'free after 1', 'reads 2', 'resolves 2'])
  end(1, 'done')
  await second
  expect(seen.slice(-2).sort()).toEqual(['free after 2', 'stores 2'])
  end(2, 'done')
})

test('what follows a batch that was not done is left, and reading goes on from where the partition stands', async () => {
  const { seen, give, end } = consumption(told)
  await give(1)
  const second = give(2)
  end(1, 'misplaced')
  await second
  await turn()
  expect(seen).not.toContain('stores 2')
  expect(seen).toContain('seeks 7')
  await give(7)
  await turn()
  expect(seen).toContain('stores 7')
  end(7, 'done')
})

test('where nobody tells positions, an offset is Kafka’s only after its batch was done', async () => {
  const { seen, give, end } = consumption({})
  const first = give(1)
  await turn()
  expect(seen).toEqual(['reads 1', 'stores 1'])
  end(1, 'done')
  await first
  expect(seen.slice(2)).toEqual(['resolves 1', 'free after 1'])
})
