/** Keeps out: a route that is open because somebody forgot to close it, or because of how its address begins. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { failure } from '../../../../../services/contract/failure.ts'
import { createLog } from '../../../../../services/contract/log.ts'
import { describeApi } from '../../../../../services/exchange/platform/http/api-document.ts'
import { createServer, type Server } from '../../../../../services/exchange/platform/http/server.ts'
import { noProof } from '../../../../support/no-proof.ts'

let app: Server
beforeEach(async () => {
  app = await createServer({
    log: createLog('test', 'silent'),
    verify: () => failure('TOKEN_INVALID'),
    findSystem: () => undefined,
    checkProof: noProof,
    newId: () => '1',
    now: () => new Date(),
    requestsPerMinute: 1_000,
  })
  await describeApi(app)
})
afterEach(() => app.close())

test('a route that does not say who may call it stops the start, wherever it lies', async () => {
  app.get('/docs/drafts', async () => 'secret')
  await expect(app.ready()).rejects.toThrow('GET /docs/drafts does not say who may call it')
})

test('no address opens a route: one below /docs asks for the token that its act needs', async () => {
  app.get('/docs/drafts', { config: { access: 'read-catalogue' } }, async () => 'secret')
  await app.ready()
  const answered = await app.inject('/docs/drafts')
  expect([answered.statusCode, answered.json().code]).toEqual([401, 'TOKEN_MISSING'])
})

test('the reading page and what belongs to it are open to anyone', async () => {
  await app.ready()
  const [page, style] = await Promise.all([app.inject('/docs/'), app.inject('/docs/static/swagger-ui.css')])
  expect([page.statusCode, page.body.includes('swagger'), style.statusCode]).toEqual([200, true, 200])
})
