/**
 * First step of `docker compose up`: makes every key and password and writes what each container reads, once. Nobody has to
 * choose a secret, and none stands in a file of the repository.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readCatalogueFolder } from '../../client/catalogue-folder.ts'
import { databaseUrls } from '../databases.ts'
import { kafkaProperties } from '../kafka-properties.ts'
import { type LocalKeys, openKeys } from '../keys.ts'
import { repository } from '../places.ts'
import { prepareLogKey } from '../prepare.ts'
import { localSecrets } from '../secrets.ts'
import { exchangeSettings, identitySettings, kafkaSecurity, type Places } from '../stack-settings.ts'
import { samplePeople } from '../story/people.ts'
import { broker, folders, hub, issuer, logOrigin, postgresUrl } from './addresses.ts'

const passwords = await localSecrets(join(folders.systems, 'secrets.json'), [
  'postgresSuperuser',
  'databaseOwner',
  'databaseServices',
  'kafkaInternal',
])

// The images of PostgreSQL and Kafka read their files as users of their own; nobody else mounts those volumes.
await writeFile(join(folders.postgres, 'password'), passwords.postgresSuperuser, { mode: 0o644 })
const { url } = databaseUrls(postgresUrl(passwords.postgresSuperuser, 'datarun'), passwords)

const systems = await openKeys(folders.systems)
const own = await openKeys(folders.exchange)
const { issuerFile } = await openKeys(folders.identity)
const keys: LocalKeys = { issuerFile, of: system => (system === 'hub/exchange' ? own : systems).of(system) }
const peopleFile = join(folders.identity, 'people.json')
const { departments } = await readCatalogueFolder(join(repository, 'schemas'))
await writeFile(peopleFile, JSON.stringify(samplePeople(departments)), { mode: 0o600 })
const places: Places = {
  hub,
  issuer,
  keys,
  logKey: await prepareLogKey(folders.exchange, logOrigin),
  checkpointFile: join(folders.checkpoints, 'access-log.txt'),
  peopleFile,
}

const everywhere = { DATARUN_HOST: '0.0.0.0' }
await writeEnvironment(folders.identity, { ...(await identitySettings(places, url)), ...everywhere })
const brokers = [`${broker.host}:${broker.port}`]
// For a Prometheus in the same network: http://exchange.localhost:9464/metrics. No port of it is published.
const metrics = { DATARUN_METRICS_HOST: '0.0.0.0', DATARUN_METRICS_PORT: '9464' }
const forExchange = await exchangeSettings(places, url, brokers)
await writeEnvironment(folders.exchange, { ...forExchange, ...everywhere, ...metrics })

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
