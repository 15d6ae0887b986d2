/** The hub as one process: what it is made of, in the order it is started and stopped. */
import { readFile } from 'node:fs/promises'
import { explainListening } from '../contract/listening.ts'
import type { Logger } from '../contract/log.ts'
import { createTokenSource } from '../contract/token-source.ts'
import { connectKafka, type KafkaConnection } from '../kafka/kafka.ts'
import { migrate } from '../postgres/migrate.ts'
import { createPool } from '../postgres/pool.ts'
import { startHousekeeping } from './housekeeping.ts'
import { registerAgreementGauges } from './law/agreement/measure-agreements.ts'
import { startTopicRights } from './law/catalogue/keep-topic-rights.ts'
import { openCatalogue } from './law/catalogue/open-catalogue.ts'
import { registerCounterAlarm } from './law/consent/raise-counter-alarm.ts'
import { createReceiptSigner } from './law/consent/receipt.ts'
import { registerClaimAlarm } from './law/decision/raise-claim-alarm.ts'
import { registerLogGauges } from './log/keeping/measure-log.ts'
import { openAccessLog } from './log/open-access-log.ts'
import { exchangeMigrations } from './migrations.ts'
import type { Parts } from './parts.ts'
import { openBroker } from './platform/broker.ts'
import { createTokenVerifier } from './platform/identity/token.ts'
import { createMetrics } from './platform/metrics.ts'
import { newId } from './platform/new-id.ts'
import { openDesk } from './pull/open-desk.ts'
import { startRejectedTopic } from './records/ingest/copy-rejected.ts'
import { startIngest } from './records/ingest/start-ingest.ts'
import { startNameCheck } from './records/name-check/check-names.ts'
import { openSchemas } from './records/schemas/open-schemas.ts'
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
  const pool = createPool({ url: settings.databaseUrl, size: settings.databasePoolSize, log })
  if (settings.migrate) {
    const migrated = await migrate(pool, exchangeMigrations)
    if (migrated.length > 0) log.info({ migrated }, 'database migrated')
  }
  const kafka = await connect(settings, log)
  const now = () => new Date()
  const opened = await openAccessLog({ pool, settings, kafka, log, now })
  const catalogue = await openCatalogue({ pool, url: settings.databaseUrl, log })
  const hub: Parts = {
    pool,
    log,
    now,
    newId: () => newId(new Date()),
    metrics: createMetrics(),
    schemas: await openSchemas({ pool, url: settings.databaseUrl, log, exceptions: catalogue.exceptions }),
    broker: openBroker({ kafka, partitions: settings.kafkaPartitions, secured: settings.kafkaSecured }),
    catalogue,
    accessLog: opened.accessLog,
  }
  const verify = createTokenVerifier({
    issuers: issuersOf(settings),
    audience: settings.audience,
    now: hub.now,
    exceptions: catalogue.exceptions,
    refused: detail => log.debug({ detail }, 'token refused'),
  })
  for (const { issuer, roles } of issuersOf(settings))
    if (roles.length === 0)
      log.warn({ issuer }, 'issuer may give no roles, so its tokens open nothing: DATARUN_ISSUERS')
  const desk = openDesk(hub)
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
  registerLogGauges({ registry: hub.metrics.registry, pool, witnessed: settings.logWitnesses.length > 0 })
  registerAgreementGauges({ registry: hub.metrics.registry, pool, now: hub.now })
  registerClaimAlarm({ registry: hub.metrics.registry, pool, now: hub.now })
  registerCounterAlarm({ registry: hub.metrics.registry, pool, now: hub.now })
  const housekeeping = startHousekeeping(hub, settings.logRetentionDays)
  const topicRights = settings.kafkaSecured ? startTopicRights(hub) : undefined
  const nameCheck = startNameCheck(hub, settings.nameRegister)
  const app = await openRooms({
    hub,
    desk,
    verify,
    settings,
    ingestRunning: () => ingest?.running() ?? true,
    standing: () => ingest?.standing() ?? [],
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
    await ingest?.stop()
    await rejected.stop()
    await housekeeping.stop()
    await nameCheck.stop()
    await topicRights?.stop()
    await hub.catalogue.close()
    await hub.schemas.close()
    await hub.broker.close()
    await opened.stop()
    await pool.end()
  }
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= stopAll()
    return stopped
  }
  return { address, hub, stop }
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

async function connect(settings: ExchangeSettings, log: Logger): Promise<KafkaConnection> {
  const { kafkaBrokers: brokers, systemId: clientId, kafkaTls: tls } = settings
  if (!settings.kafkaSecured) return connectKafka({ brokers, clientId, tls, log })
  const tokens = createTokenSource({
    issuer: issuersOf(settings)[0]!.issuer,
    clientId,
    privateKey: JSON.parse(await readFile(settings.systemKeyFile, 'utf8')),
    audience: settings.audience,
  })
  return connectKafka({ brokers, clientId, tls, log, token: () => tokens.token() })
}
