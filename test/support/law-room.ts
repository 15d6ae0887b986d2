/** The rooms of the sharing law on a database of their own: real PostgreSQL and access log, a clock that tests move. */
import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import { ulid } from 'ulid'
import { failure } from '../../services/contract/failure.ts'
import { createLog } from '../../services/contract/log.ts'
import { rights } from '../../services/contract/role.ts'
import { agreementRoutes } from '../../services/exchange/law/agreement/routes.ts'
import { storeDataset } from '../../services/exchange/law/catalogue/catalogue-store.ts'
import { departmentRoutes } from '../../services/exchange/law/catalogue/department-routes.ts'
import { matterRoutes } from '../../services/exchange/law/catalogue/matter-routes.ts'
import { storeMatter } from '../../services/exchange/law/catalogue/matter-store.ts'
import { openCatalogue } from '../../services/exchange/law/catalogue/open-catalogue.ts'
import { catalogueRoutes } from '../../services/exchange/law/catalogue/routes.ts'
import { createReceiptSigner } from '../../services/exchange/law/consent/receipt.ts'
import { consentRoutes } from '../../services/exchange/law/consent/routes.ts'
import { accessesRoutes } from '../../services/exchange/log/reading/accesses-routes.ts'
import { searchRoutes } from '../../services/exchange/log/reading/search-routes.ts'
import type { Parts } from '../../services/exchange/parts.ts'
import { createServer } from '../../services/exchange/platform/http/server.ts'
import { createMetrics } from '../../services/exchange/platform/metrics.ts'
import { openDesk } from '../../services/exchange/pull/open-desk.ts'
import { planRoutes } from '../../services/exchange/pull/plan/routes.ts'
import { pullRoutes } from '../../services/exchange/pull/routes.ts'
import { correctionRoutes } from '../../services/exchange/records/correction/routes.ts'
import { nameCheckRoutes } from '../../services/exchange/records/name-check/routes.ts'
import { inTransaction } from '../../services/postgres/transaction.ts'
import { createTestAccessLog } from './access-log.ts'
import { creditCodeOf } from './credit-code.ts'
import { createDatabase } from './database.ts'
import { both, callerOf, clearance, departments, income, marriage, matter, purpose } from './law-cast.ts'
import { noProof } from './no-proof.ts'
import { parsedEntries } from './packed-log.ts'
import { holdPullAnswer } from './pull-answers.ts'

export type LawRoom = Awaited<ReturnType<typeof openLawRoom>>

export async function openLawRoom(start = '2026-03-02T02:00:00Z') {
  const database = await createDatabase()
  const { pool, url } = database
  const clock = { now: new Date(start) }
  const log = createLog('test', 'silent')
  const testLog = createTestAccessLog(pool, { now: () => clock.now })
  await inTransaction(pool, async tx => {
    for (const id of departments) {
      const text = 'insert into department (id, title, credit_code) values ($1, $2, $3)'
      await tx.query(text, [id, both(id, id), creditCodeOf(id)])
    }
    for (const dataset of [marriage, clearance, income]) await storeDataset(tx, dataset)
    await storeMatter(tx, matter)
  })
  const catalogue = await openCatalogue({ pool, url, log })
  const hub = {
    pool,
    log,
    accessLog: testLog.accessLog,
    catalogue,
    metrics: createMetrics(),
    now: () => clock.now,
    decidesAt: () => clock.now,
    newId: () => ulid(),
    random: randomBytes,
  } as unknown as Parts
  const app = await createServer({
    log,
    newId: ulid,
    now: () => new Date(),
    requestsPerMinute: 1_000_000,
    checkProof: noProof,
    findSystem: () => ({ active: true, rights, dpopRequired: false }),
    verify: token => (token ? callerOf(token) : failure('TOKEN_INVALID')),
  })
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  await app.register(agreementRoutes(hub))
  await app.register(pullRoutes(hub, openDesk(hub)))
  await app.register(consentRoutes(hub, await createReceiptSigner(await exportJWK(privateKey))))
  for (const routes of [departmentRoutes, catalogueRoutes, matterRoutes, planRoutes, correctionRoutes])
    await app.register(routes(hub))
  await app.register(nameCheckRoutes(hub, true))
  await app.register(accessesRoutes(hub))
  await app.register(searchRoutes(hub))
  await app.ready()
  return {
    hub,
    clock,
    database,
    async call(
      method: 'GET' | 'POST' | 'PUT',
      path: string,
      who: string,
      body?: object,
      headers: Record<string, string> = {},
    ) {
      const payload = body === undefined ? {} : { payload: body }
      const answer = await app.inject({
        method,
        url: path,
        headers: { authorization: `Bearer ${who}`, ...headers },
        ...payload,
      })
      const answered = { status: answer.statusCode, body: answer.json(), text: answer.body }
      holdPullAnswer(method, path, answered)
      return answered
    },
    /** The access log's entries of a kind, newest first. */
    async entries(kind: string) {
      // biome-ignore lint/suspicious/noExplicitAny: tests look at any member of any kind of entry
      return (await parsedEntries<any>(pool, kind)).reverse()
    },
    async close() {
      await app.close()
      await catalogue.close()
      testLog.close()
      await database.drop()
    },
  }
}

/** Lets the office use these fields for the purpose, where the subject consents; returns the agreement's id. */
export async function agreeOnConsent(
  room: LawRoom,
  pointers: readonly string[],
  dataset = marriage.id,
): Promise<string> {
  const asked = await room.call('POST', '/v1/agreements', 'natural-resources/title-office', {
    dataset,
    purpose,
    fields: pointers.map(pointer => ({ pointer, use: 'read' })),
    basis: { type: 'consent' },
    scenario: both('受理转移登记', 'When a transfer is applied for'),
    method: 'service-interface',
    validUntil: '2027-12-31T00:00:00Z',
  })
  await room.call('POST', `/v1/agreements/${asked.body.id}/approve`, `${dataset.split('.')[0]}/registry`)
  return asked.body.id
}
