/**
 * First step of `docker compose up`: makes every key and password and writes what each container reads, once. Nobody has to
 * choose a secret, and none stands in a file of the repository.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseUrls } from '../databases.ts'
import { kafkaProperties } from '../kafka-properties.ts'
import { type LocalKeys, openKeys } from '../keys.ts'
import { prepareLogKey } from '../prepare.ts'
import { localSecrets } from '../secrets.ts'
import { exchangeSettings, identitySettings, kafkaSecurity, type Places } from '../stack-settings.ts'
import { broker, folders, hub, issuer, logOrigin, postgres } from './addresses.ts'

const passwords = await localSecrets(join(folders.systems, 'secrets.json'), [
  'postgresSuperuser',
  'databaseOwner',
  'databaseServices',
  'kafkaInternal',
])

// The images of PostgreSQL and Kafka read their files as users of their own; nobody else mounts those volumes.
await writeFile(join(folders.postgres, 'password'), passwords.postgresSuperuser, { mode: 0o644 })
const superuserUrl = `postgres://postgres:${passwords.postgresSuperuser}@${postgres.host}:${postgres.port}/datarun`
const { url } = databaseUrls(superuserUrl, passwords)

const systems = await openKeys(folders.systems)
const own = await openKeys(folders.exchange)
const { issuerFile } = await openKeys(folders.identity)
const keys: LocalKeys = { issuerFile, of: system => (system === 'hub/exchange' ? own : systems).of(system) }
const places: Places = {
  hub,
  issuer,
  keys,
  logKey: await prepareLogKey(folders.exchange, logOrigin),
  checkpointFile: join(folders.checkpoints, 'access-log.txt'),
}

const everywhere = { DATARUN_HOST: '0.0.0.0' }
await writeEnvironment(folders.identity, { ...(await identitySettings(places, url)), ...everywhere })
const brokers = [`${broker.host}:${broker.port}`]
await writeEnvironment(folders.exchange, { ...(await exchangeSettings(places, url, brokers)), ...everywhere })

await writeFile(
  join(folders.kafka, 'server.properties'),
  kafkaProperties({
    dataDirectory: '/var/lib/kafka/data',
    listenAddress: '0.0.0.0',
    clientHost: broker.host,
    ports: { client: broker.port, internal: 19_092, controller: 19_093 },
    internalPassword: passwords.kafkaInternal,
    security: kafkaSecurity(places),
  }),
  { mode: 0o644 },
)

/** As `node --env-file` reads it: JSON stands in single quotes, which none of these values has. */
async function writeEnvironment(folder: string, settings: Record<string, string>) {
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'\n`)
  await writeFile(join(folder, 'environment'), lines.join(''), { mode: 0o600 })
}
