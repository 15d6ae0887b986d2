import type { Environment, SettingsOf } from '../contract/settings.ts'
import { flag, list, optional, readSettings, SettingsError, secret, text, whole } from '../contract/settings.ts'
import { shortestRetentionDays } from './log/keeping/prune-log.ts'
import { type Issuer, readIssuer } from './platform/identity/issuer.ts'
import { readAddresses } from './platform/identity/own-addresses.ts'

export const exchangeDeclarations = {
  host: text('address to listen on', '127.0.0.1'),
  port: whole('port to listen on', { min: 0, max: 65_535 }, 8080),
  publicUrls: {
    ...list(
      'addresses by which callers reach the hub, each with its path behind a proxy: a proof of possession (DPoP) names one of them; those it listens on where empty',
      [],
    ),
    parse: readAddresses,
  },
  databaseUrl: secret('PostgreSQL, postgres://user:password@host:port/database'),
  databasePoolSize: whole('connections to PostgreSQL', { min: 4, max: 200 }, 12),
  migrate: flag('whether to bring the database up to date at the start', true),
  kafkaBrokers: list('Kafka, host:port,host:port'),
  kafkaTls: flag('whether Kafka is spoken to over TLS', false),
  kafkaSecured: flag('whether Kafka asks for tokens (SASL/OAUTHBEARER) and knows ACLs', true),
  kafkaPartitions: whole('partitions of a new topic', { min: 1, max: 200 }, 2),
  consumerGroup: text('Kafka consumer group of the hub', 'datarun-exchange'),
  ingest: flag('whether this process takes records in', true),
  ingestPatience: whole(
    'seconds after which a partition that does not move though messages wait is not ready',
    { min: 1, max: 86_400 },
    60,
  ),
  issuers: list(
    'trusted issuers of tokens, issuer|address of its keys|roles it may give|departments it may speak for (* for all); without roles it opens nothing',
  ),
  audience: text('audience of the access tokens', 'urn:datarun:hub'),
  systemId: text('the hub’s own system, as the issuer knows it', 'hub/exchange'),
  systemKeyFile: optional(text('file with the private JWK of the hub’s own system; needed where Kafka is secured')),
  receiptKeyFile: optional(
    text('file with the private JWK that signs receipts of consents; the hub’s own system key where absent'),
  ),
  logOrigin: text('origin of the access log, host/path without a scheme; stands in every checkpoint'),
  logKeyFile: text('file with the signing key of the access log, as `datarun log-key` makes it'),
  logNextKeyFile: optional(text('file with the key that will sign next; signs along until it takes over')),
  logFormerKeys: list('verifier keys of earlier signing keys of the access log', []),
  logWitnesses: list('witnesses of the access log, <verifier key>|<address> each', []),
  logWitnessesRequired: whole(
    'witnesses that must have cosigned a checkpoint before it is published',
    { min: 0, max: 32 },
    0,
  ),
  logWitnessInterval: whole('seconds between two rounds of asking witnesses', { min: 1, max: 86_400 }, 10),
  logRetentionDays: whole(
    'days after which entries lose their content, 1096 or more; 0 keeps all',
    { min: 0, max: 36_500 },
    0,
  ),
  alarmSubjectsPerHour: whole('alarm: subjects one official may look at in an hour', { min: 1, max: 100_000 }, 50),
  alarmPullsWithoutCase: whole('alarm: pulls in a day without a live case', { min: 0, max: 1_000_000 }, 20),
  alarmCaseDays: whole('alarm: days that a case is live for', { min: 1, max: 3_650 }, 180),
  alarmNightFrom: whole('alarm: hour of the city at which the night begins', { min: 0, max: 23 }, 22),
  alarmNightUntil: whole('alarm: hour of the city at which the night ends', { min: 0, max: 23 }, 6),
  alarmNightPulls: whole('alarm: pulls a person may make in a night', { min: 0, max: 1_000_000 }, 5),
  alarmRefusalsInRow: whole('alarm: refusals one after another', { min: 1, max: 100_000 }, 5),
  checkpointFile: text('file that checkpoints are appended to; keep it on another volume than the database'),
  nameRegister: optional(
    text(
      'dataset that is the register of names, say public-security.resident-identity: holders’ names in other datasets are compared with it, by the pointers of the catalogue; none are where absent',
    ),
  ),
  consoleFolder: optional(text('folder of the built console, services/console/dist; none is served where absent')),
  requestsPerMinute: whole('requests that one caller may make in a minute', { min: 1, max: 10_000_000 }, 600_000),
  anonymousPerMinute: whole(
    'requests without a token that one address may make in a minute',
    { min: 1, max: 10_000_000 },
    30_000,
  ),
  metricsHost: text('address that /metrics listens on, where it has a port of its own', '127.0.0.1'),
  metricsPort: whole(
    'port of /metrics alone; without one it is open to all on the port of the hub',
    { min: 0, max: 65_535 },
    -1,
  ),
  instance: optional(text('name of this process, which /readyz tells; a random one unless set')),
  logLevel: text('trace, debug, info, warn, error or silent', 'info'),
}

export type ExchangeSettings = SettingsOf<typeof exchangeDeclarations>

/** @throws SettingsError naming every setting that is missing, malformed, or too dangerous for production. */
export function readExchangeSettings(environment: Environment): ExchangeSettings {
  const settings = readSettings(exchangeDeclarations, environment)
  const complaints = environment.NODE_ENV === 'production' ? dangersOf(settings) : []
  if (settings.kafkaBrokers.length === 0) complaints.push('DATARUN_KAFKA_BROKERS is empty')
  if (settings.kafkaSecured && !settings.systemKeyFile) {
    complaints.push('DATARUN_SYSTEM_KEY_FILE is missing: Kafka is secured (or say DATARUN_KAFKA_SECURED=false)')
  }
  if (settings.logRetentionDays > 0 && settings.logRetentionDays < shortestRetentionDays) {
    complaints.push(`DATARUN_LOG_RETENTION_DAYS must be 0 or at least ${shortestRetentionDays} (Order 809, Art 29)`)
  }
  for (const read of settings.issuers.map(readIssuer))
    if ('complaint' in read) complaints.push(`DATARUN_ISSUERS ${read.complaint}`)
  const named = issuersOf(settings).map(({ issuer }) => issuer)
  if (new Set(named).size < named.length)
    complaints.push('DATARUN_ISSUERS names an issuer twice: say all its roles and departments in one place')
  if (complaints.length > 0) throw new SettingsError(`Settings are not usable:\n  ${complaints.join('\n  ')}`)
  return settings
}

/** In the order of the settings. Call it on settings that were read: these have no complaint. */
export const issuersOf = ({ issuers }: Pick<ExchangeSettings, 'issuers'>): Issuer[] =>
  issuers.map(readIssuer).filter((read): read is Issuer => !('complaint' in read))

/** OWASP API8: what makes life easy on one machine must stop the start where it counts. */
function dangersOf(settings: ExchangeSettings): string[] {
  const dangers: string[] = []
  if (!settings.kafkaSecured) dangers.push('DATARUN_KAFKA_SECURED=false lets anyone write records: not in production')
  if (settings.metricsPort < 0) dangers.push('DATARUN_METRICS_PORT is missing: /metrics would be open to all')
  if (settings.publicUrls.length === 0)
    dangers.push(
      'DATARUN_PUBLIC_URLS is missing: say by which addresses callers reach the hub, as proofs (DPoP) name them',
    )
  if (settings.logLevel === 'silent') dangers.push('DATARUN_LOG_LEVEL=silent hides failures: not in production')
  return dangers
}
