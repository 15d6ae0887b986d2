import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { ulid } from 'ulid'
import { failure } from '../../../../../services/contract/failure.ts'
import { createLog } from '../../../../../services/contract/log.ts'
import type { Parts } from '../../../../../services/exchange/parts.ts'
import { createServer, type Server } from '../../../../../services/exchange/platform/http/server.ts'
import type { Caller } from '../../../../../services/exchange/platform/identity/caller.ts'
import { bulkRoutes } from '../../../../../services/exchange/pull/bulk/routes.ts'
import { mostOfCaller } from '../../../../../services/exchange/pull/bulk/share.ts'
import type { Desk } from '../../../../../services/exchange/pull/open-desk.ts'
import { noProof } from '../../../../support/no-proof.ts'

const caller: Caller = { id: 'office/desk', kind: 'system', roles: ['system'], department: 'office' }
let app: Server
let asked: number
let held: Promise<void>
let answer: Awaited<ReturnType<Desk['pull']>>

beforeEach(async () => {
  await app?.close()
  asked = 0
  held = Promise.resolve()
  answer = failure('NOT_FOUND')
  app = await createServer({
    log: createLog('test', 'silent'),
    newId: ulid,
    now: () => new Date('2026-03-01T08:00:00Z'),
    requestsPerMinute: 10,
    checkProof: noProof,
    findSystem: () => ({ active: true, rights: ['pull'] }),
    verify: () => caller,
  })
  const desk: Desk = {
    pull: async () => {
      asked += 1
      await held
      return answer
    },
    idle: async () => {},
  }
  await app.register(bulkRoutes({ newId: ulid } as unknown as Parts, desk))
})
afterAll(() => app?.close())

const bulk = async (pulls: number) => {
  const pull = { dataset: 'a.b', subject: { type: 'person', id: '11010519491231002X' }, purpose: 'p' }
  const payload = Array(pulls).fill(pull)
  const headers = { authorization: 'Bearer token' }
  return app.inject({ method: 'POST', url: '/v1/pulls/bulk', headers, payload })
}

test('each pull of a call counts; a call that holds more than the minute has left is refused before any of it begins', async () => {
  expect((await bulk(8)).statusCode).toBe(200)
  const refused = await bulk(5)
  expect(refused.statusCode).toBe(429)
  expect(refused.headers['retry-after']).toBe('60')
  expect(refused.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS', detail: expect.stringContaining('none was begun') })
  expect(asked).toBe(8)
})

test('once the hub is out of order, the pulls of a call that have not begun are told so without being tried', async () => {
  app.countMore = () => 0
  answer = failure('UNAVAILABLE')
  const { promise, resolve } = Promise.withResolvers<void>()
  held = promise
  const asking = Promise.all([bulk(100), bulk(100), bulk(100)])
  while (asked < mostOfCaller) await new Promise(setImmediate)
  resolve()
  const calls = await asking
  const codes = calls.flatMap(({ body }) => body.trimEnd().split('\n')).map(line => JSON.parse(line).problem.code)
  expect(codes).toEqual(Array(300).fill('UNAVAILABLE'))
  expect(asked).toBe(mostOfCaller)
})
