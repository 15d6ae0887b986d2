/** Every route of the hub, room by room. A new room adds its line here and nowhere else. */

import { pingWritable } from '../postgres/alive.ts'
import { agreementRoutes } from './law/agreement/routes.ts'
import { codeExceptionRoutes } from './law/catalogue/code-exception-routes.ts'
import { departmentRoutes } from './law/catalogue/department-routes.ts'
import { matterRoutes } from './law/catalogue/matter-routes.ts'
import { readerRoutes } from './law/catalogue/reader-routes.ts'
import { catalogueRoutes } from './law/catalogue/routes.ts'
import type { ReceiptSigner } from './law/consent/receipt.ts'
import { consentRoutes } from './law/consent/routes.ts'
import { openDoorLog } from './log/append/open-door-log.ts'
import { accessLogRoutes } from './log/routes.ts'
import type { Parts } from './parts.ts'
import { describeApi, serveApiDocument } from './platform/http/api-document.ts'
import { createServer, type Server } from './platform/http/server.ts'
import { openUsedProofs } from './platform/identity/open-used-proofs.ts'
import { listeningAt } from './platform/identity/own-addresses.ts'
import { createProofChecker } from './platform/identity/proof.ts'
import { openReaderLogin } from './platform/identity/reader-login.ts'
import type { VerifyToken } from './platform/identity/token.ts'
import { bulkRoutes } from './pull/bulk/routes.ts'
import type { Desk } from './pull/open-desk.ts'
import { planRoutes } from './pull/plan/routes.ts'
import { pullRoutes } from './pull/routes.ts'
import { correctionRoutes } from './records/correction/routes.ts'
import { ingestRoutes } from './records/ingest/routes.ts'
import type { StuckPartition } from './records/ingest/standstill.ts'
import { nameCheckRoutes } from './records/name-check/routes.ts'
import { sequenceResetRoutes } from './records/registry/sequence-reset-routes.ts'
import { sayInConfluentWords } from './records/schemas/confluent/words.ts'
import { schemaRoutes } from './records/schemas/routes.ts'
import { type ExchangeSettings, exchangeDeclarations, issuersOf } from './settings.ts'
import { consoleRoutes } from './views/console/routes.ts'
import { ledgerRoutes } from './views/figures/ledger-routes.ts'
import { overviewRoutes } from './views/figures/overview-routes.ts'
import { previewRoutes } from './views/me/preview-routes.ts'
import { identityRoutes } from './views/me/routes.ts'
import { healthRoutes } from './views/operation/health-routes.ts'
import { operationRoutes } from './views/operation/routes.ts'
import { systemRoutes } from './views/operation/system-routes.ts'
import { repeatCollectionRoutes } from './views/repeat-collection/routes.ts'

export type RoomsOptions = {
  hub: Parts
  desk: Desk
  verify: VerifyToken
  settings: ExchangeSettings
  ingestRunning: () => boolean
  /** Partitions that do not move though messages wait: not ready. */
  standing: () => readonly StuckPartition[]
  /** Signs the receipts of consents; without it there are none. */
  receipts: ReceiptSigner | undefined
}

export async function openRooms(options: RoomsOptions): Promise<Server> {
  const app = await openDoor(options)
  await describeApi(app)
  await registerRooms(app, options)
  serveApiDocument(app)
  await app.ready()
  return app
}

/** The server without a room: who may come in, by which proof, and how often. */
async function openDoor({ hub, verify, settings }: RoomsOptions): Promise<Server> {
  const door = openDoorLog(hub)
  const used = openUsedProofs(hub)
  const app: Server = await createServer({
    log: hub.log,
    verify,
    findSystem: id => hub.catalogue.system(id) ?? hub.catalogue.reader(id),
    logInReader: openReaderLogin(hub.catalogue.reader, hub.now),
    checkProof: createProofChecker({
      used,
      now: hub.now,
      addresses: () => (settings.publicUrls.length > 0 ? settings.publicUrls : listeningAt(app.server.address())),
    }),
    newId: hub.newId,
    now: hub.now,
    requestsPerMinute: settings.requestsPerMinute,
    anonymousPerMinute: settings.anonymousPerMinute,
    onRefused: refusal => {
      hub.metrics.refusals.inc({ code: refusal.code })
      door.refused(refusal)
    },
    speaker: sayInConfluentWords,
  })
  app.addHook('onClose', () => door.close())
  app.addHook('onClose', async () => used.close())
  return app
}

async function registerRooms(app: Server, options: RoomsOptions) {
  const { hub, desk, settings, standing, receipts } = options
  const shown = { instance: settings.instance || hub.newId(), standing, metrics: settings.metricsPort < 0 }
  await app.register(healthRoutes(hub, readinessOf(options), shown))
  await app.register(departmentRoutes(hub))
  await app.register(readerRoutes(hub))
  await app.register(catalogueRoutes(hub))
  await app.register(codeExceptionRoutes(hub))
  await app.register(repeatCollectionRoutes(hub))
  await app.register(schemaRoutes(hub))
  await app.register(ingestRoutes(hub))
  await app.register(sequenceResetRoutes(hub))
  await app.register(matterRoutes(hub))
  await app.register(planRoutes(hub))
  await app.register(agreementRoutes(hub))
  await app.register(consentRoutes(hub, receipts))
  await app.register(correctionRoutes(hub))
  await app.register(nameCheckRoutes(hub, settings.nameRegister !== ''))
  await app.register(pullRoutes(hub, desk))
  await app.register(bulkRoutes(hub, desk))
  await app.register(accessLogRoutes(hub, settings))
  await app.register(ledgerRoutes(hub))
  await app.register(overviewRoutes(hub))
  await app.register(identityRoutes)
  await app.register(previewRoutes(hub))
  await app.register(operationRoutes(exchangeDeclarations, settings))
  await app.register(systemRoutes(hub, issuersOf(settings)))
  await app.register(consoleRoutes({ folder: settings.consoleFolder, issuer: issuersOf(settings)[0]!.issuer }))
}

/** Each dependency by name: the hub is ready when none throws. */
const readinessOf = ({ hub, ingestRunning, standing }: RoomsOptions) => ({
  postgresql: () => pingWritable(hub.pool),
  kafka: () => hub.broker.ping(),
  accessLog: () => hub.accessLog.verifyHead(),
  clock: () => hub.accessLog.verifyClock(),
  notifications: () => Promise.all([hub.catalogue.verify(), hub.schemas.verify()]),
  ingest: async () => {
    if (!ingestRunning()) throw new Error('no consumer is running')
    if (standing().length > 0) throw new Error('a partition stands still')
  },
})
