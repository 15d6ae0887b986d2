/** The hub as one process: what it is made of, in the order it is started and stopped. */
import { readFile } from 'node:fs/promises'
import { explainListening } from '../contract/listening.ts'
import type { Logger } from '../contract/log.ts'
import type { KafkaConnection } from '../kafka/kafka.ts'
import { startHousekeeping } from './housekeeping.ts'
import { registerAgreementGauges } from './law/agreement/measure-agreements.ts'
import { startTopicRights } from './law/catalogue/keep-topic-rights.ts'
import { registerCounterAlarm } from './law/consent/raise-counter-alarm.ts'
import { createReceiptSigner } from './law/consent/receipt.ts'
import { registerClaimAlarm } from './law/decision/raise-claim-alarm.ts'
import { registerIndexGauges } from './log/index/measure-index.ts'
import { openIndexing } from './log/index/start-indexing.ts'
import { registerLogGauges } from './log/keeping/measure-log.ts'
import { openParts } from './open-parts.ts'
import type { Parts } from './parts.ts'
import { createTokenVerifier } from './platform/identity/token.ts'
import { openDesk } from './pull/open-desk.ts'
import { startRejectedTopic } from './records/ingest/copy-rejected.ts'
import { startIngest } from './records/ingest/start-ingest.ts'
import { startNameCheck } from './records/name-check/check-names.ts'
import { openRooms } from './routes.ts'
import { type ExchangeSettings, issuersOf } from './settings.ts'
import { serveMetrics } from './views/operation/metrics-server.ts'

export type Exchange = {
  /** `http://127.0.0.1:8080` */
  address: string
  hub: Parts
  /** Answers what is in flight, finishes the batch being stored, and lets go of everything. */
  stop(): Promise<void>
}

export async function startExchange(settings: ExchangeSettings, log: Logger): Promise<Exchange> {
  const { hub, kafka, close } = await openParts(settings, log)
  const verify = openVerifier(hub, settings)
  const desk = openDesk(hub)
  const work = startWork(hub, kafka, settings)
  const app = await openRooms({
    hub,
    desk,
    verify,
    settings,
    ingestRunning: () => work.ingest?.running() ?? true,
    standing: () => work.ingest?.standing() ?? [],
    receipts: await openReceipts(settings),
  })
  const metrics = settings.metricsPort < 0 ? undefined : await openMetrics(settings, hub)
  const { host, port } = settings
  const address = await explainListening(app.listen({ host, port }), settings, {
    host: 'DATARUN_HOST',
    port: 'DATARUN_PORT',
  })
  log.info({ address }, 'exchange is listening')

  const stopAll = async () => {
    await app.close()
    await metrics?.close()
    await desk.idle()
    await work.stop()
    await close()
  }
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= stopAll()
    return stopped
  }
  return { address, hub, stop }
}

function openVerifier({ log, now }: Parts, settings: ExchangeSettings) {
  for (const { issuer, roles } of issuersOf(settings))
    if (roles.length === 0)
      log.warn({ issuer }, 'issuer may give no roles, so its tokens open nothing: DATARUN_ISSUERS')
  return createTokenVerifier({
    issuers: issuersOf(settings),
    audience: settings.audience,
    now,
    refused: detail => log.debug({ detail }, 'token refused'),
  })
}

/** All that runs without being called: taking in, gauges, housekeeping, checks. */
function startWork(hub: Parts, kafka: KafkaConnection, settings: ExchangeSettings) {
  const rejected = startRejectedTopic(hub, kafka)
  const ingest = settings.ingest
    ? startIngest(hub, {
        kafka,
        schemas: hub.schemas,
        groupId: settings.consumerGroup,
        patience: settings.ingestPatience,
        onRejected: rejected.wake,
      })
    : undefined
  const gauges = { registry: hub.metrics.registry, pool: hub.pool, now: hub.now }
  registerLogGauges({ registry: gauges.registry, pool: hub.pool, witnessed: settings.logWitnesses.length > 0 })
  registerIndexGauges(gauges)
  registerAgreementGauges(gauges)
  registerClaimAlarm(gauges)
  registerCounterAlarm(gauges)
  const housekeeping = startHousekeeping(hub, settings.logRetentionDays)
  const indexing = openIndexing(hub.log, settings.databaseUrl)
  const topicRights = settings.kafkaSecured ? startTopicRights(hub) : undefined
  const nameCheck = startNameCheck(hub, settings.nameRegister)
  const stop = async () => {
    await ingest?.stop()
    await rejected.stop()
    await housekeeping.stop()
    await indexing.stop()
    await nameCheck.stop()
    await topicRights?.stop()
  }
  return { ingest, stop }
}

async function openMetrics({ metricsHost: host, metricsPort: port }: ExchangeSettings, { metrics, log }: Parts) {
  const place = { host, port }
  const settings = { host: 'DATARUN_METRICS_HOST', port: 'DATARUN_METRICS_PORT' }
  const server = await explainListening(serveMetrics(metrics.registry, place), place, settings)
  log.info({ address: server.address }, 'metrics are served')
  return server
}

async function openReceipts({ receiptKeyFile, systemKeyFile }: ExchangeSettings) {
  const file = receiptKeyFile || systemKeyFile
  return file ? createReceiptSigner(JSON.parse(await readFile(file, 'utf8'))) : undefined
}
