/** Every route of the hub, room by room. A new room adds its line here and nowhere else. */

import { accessLogRoutes } from './access-log/routes.ts'
import { agreementRoutes } from './agreement/routes.ts'
import { departmentRoutes } from './catalogue/department-routes.ts'
import { catalogueRoutes } from './catalogue/routes.ts'
import type { ReceiptSigner } from './consent/receipt.ts'
import { consentRoutes } from './consent/routes.ts'
import { healthRoutes } from './health/routes.ts'
import type { VerifyToken } from './http/access.ts'
import { describeApi, serveApiDocument } from './http/api-document.ts'
import { createServer, type Server } from './http/server.ts'
import type { Hub } from './hub.ts'
import { ingestRoutes } from './ingest/routes.ts'
import { matterRoutes } from './matter/routes.ts'
import type { Desk } from './pull/desk.ts'
import { pullRoutes } from './pull/routes.ts'
import { schemaRoutes } from './schema-registry/routes.ts'
import type { ExchangeSettings } from './settings.ts'

export type RoomsOptions = {
  hub: Hub
  desk: Desk
  verify: VerifyToken
  settings: Pick<ExchangeSettings, 'requestsPerMinute' | 'issuers'>
  ingestRunning: () => boolean
  /** Signs the receipts of consents; without it there are none. */
  receipts: ReceiptSigner | undefined
}

export async function openRooms(options: RoomsOptions): Promise<Server> {
  const { hub, desk, verify, settings, ingestRunning, receipts } = options
  const app = await createServer({
    log: hub.log,
    verify,
    newId: hub.newId,
    requestsPerMinute: settings.requestsPerMinute,
  })
  await describeApi(app as never)
  await app.register(
    healthRoutes(hub, {
      postgresql: () => hub.pool.query('select 1'),
      kafka: () => hub.broker.ping(),
      ingest: async () => {
        if (!ingestRunning()) throw new Error('no consumer is running')
      },
    }),
  )
  await app.register(departmentRoutes(hub))
  await app.register(catalogueRoutes(hub))
  await app.register(schemaRoutes(hub))
  await app.register(ingestRoutes(hub))
  await app.register(matterRoutes(hub))
  await app.register(agreementRoutes(hub))
  await app.register(consentRoutes(hub, receipts))
  await app.register(pullRoutes(hub, desk))
  await app.register(accessLogRoutes(hub))
  serveApiDocument(app as never)
  await app.ready()
  return app
}
