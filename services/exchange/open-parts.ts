import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Logger } from '../contract/log.ts'
import { createTokenSource } from '../contract/token-source.ts'
import { connectKafka, type KafkaConnection } from '../kafka/kafka.ts'
import { migrate } from '../postgres/migrate.ts'
import { createPool } from '../postgres/pool.ts'
import { openCatalogue } from './law/catalogue/open-catalogue.ts'
import { packFormerLog } from './log/append/pack-former-log.ts'
import { openAccessLog } from './log/open-access-log.ts'
import { exchangeMigrations } from './migrations.ts'
import type { Parts } from './parts.ts'
import { openBroker } from './platform/broker.ts'
import { createMetrics } from './platform/metrics.ts'
import { newId } from './platform/new-id.ts'
import { heldRecords } from './records/registry/schema-use-store.ts'
import { openSchemas } from './records/schemas/open-schemas.ts'
import { type ExchangeSettings, issuersOf } from './settings.ts'

/** Everything that rooms share, with the ways to PostgreSQL and Kafka. */
export async function openParts(
  settings: ExchangeSettings,
  log: Logger,
): Promise<{ hub: Parts; kafka: KafkaConnection; close(): Promise<void> }> {
  const pool = createPool({ url: settings.databaseUrl, size: settings.databasePoolSize, log })
  if (settings.migrate) {
    const migrated = await migrate(pool, exchangeMigrations)
    if (migrated.length > 0) log.info({ migrated }, 'database migrated')
  }
  const now = () => new Date()
  await packFormerLog({ pool, log, now })
  const kafka = await connect(settings, log)
  const opened = await openAccessLog({ pool, settings, kafka, log, now })
  const catalogue = await openCatalogue({ pool, url: settings.databaseUrl, log })
  const hub: Parts = {
    pool,
    log,
    now,
    newId: () => newId(new Date()),
    random: randomBytes,
    metrics: createMetrics(),
    schemas: await openSchemas({ pool, url: settings.databaseUrl, log, exceptions: catalogue.exceptions }),
    heldRecords,
    broker: openBroker({ kafka, partitions: settings.kafkaPartitions, secured: settings.kafkaSecured }),
    catalogue,
    accessLog: opened.accessLog,
  }
  const close = async () => {
    await hub.catalogue.close()
    await hub.schemas.close()
    await hub.broker.close()
    await opened.stop()
    await pool.end()
  }
  return { hub, kafka, close }
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
