import { expect, test } from '@jest/globals'
import '../../../../services/kafka/patches/queue.ts'
import { moduleOf } from '../../../../services/kafka/own-kafkajs.ts'

type Queue = {
  pending: unknown[]
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
  maybeThrottle(milliseconds: number): void
  push(request: object): void
}
const RequestQueue = moduleOf('src/network/requestQueue/index.js') as new (options: object) => Queue

const openQueue = () =>
  new RequestQueue({ logger: { debug: () => {} }, clientId: 'test', broker: '127.0.0.1:1', isConnected: () => true })

test('a connection on which nothing waits sets no timer', () => {
  const queue = openQueue()
  queue.checkPendingRequests()
  expect(queue.throttleCheckTimeoutId).toBe(null)
})

test('a request held back by the broker’s throttling is sent when its time has come', async () => {
  const queue = openQueue()
  queue.maybeThrottle(20)
  const sent = new Promise<void>(resolve => {
    const entry = { correlationId: 1, apiKey: 0, apiName: 'Test', apiVersion: 0, resolve: () => {}, reject: () => {} }
    queue.push({ entry, expectResponse: false, sendRequest: () => resolve() })
  })
  expect(queue.pending.length).toBe(1)
  await sent
  expect(queue.pending.length).toBe(0)
})
