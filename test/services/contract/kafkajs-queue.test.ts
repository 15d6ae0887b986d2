import { createRequire } from 'node:module'
import { expect, test } from '@jest/globals'
import kafkajs from 'kafkajs'
import '../../../services/contract/kafkajs-queue.ts'

type Queue = {
  pending: unknown[]
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
  maybeThrottle(milliseconds: number): void
  push(request: object): void
}
const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => Queue

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

test('it is kafkajs’s own queue that was changed', () => {
  const own = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js')
  expect(own).toBe(RequestQueue)
  expect(kafkajs.Kafka).toBe(createRequire(import.meta.url)('kafkajs').Kafka)
})
