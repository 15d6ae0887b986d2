/** PostgreSQL, Kafka, identity and exchange on one machine, secured as in production: what `npm start` and tests run on. */
import { existsSync } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Child } from './child.ts'
import type { DatabaseUrls } from './databases.ts'
import { type Kafka, startKafka } from './kafka.ts'
import { openKeys } from './keys.ts'
import { occupy } from './occupy.ts'
import { removeDirectory } from './places.ts'
import { freePorts, requireFree } from './ports.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { prepareHubDatabase, prepareLogKey } from './prepare.ts'
import { startService } from './processes.ts'
import { localSecrets } from './secrets.ts'
import {
  exchangeFlags,
  exchangeSettings,
  identitySettings,
  kafkaSecurity,
  logOrigin,
  type Places,
  postgresSettings,
} from './stack-settings.ts'

export type StackPorts = { exchange?: number; identity?: number; postgres?: number; kafka?: number }

type StackOptions = {
  /** Where data, logs, keys and secrets are kept; a second start goes on from them. */
  directory: string
  /** JSON file of the people who may sign in without a password; nobody may unless given. */
  peopleFile?: string
  /** Free ones unless given. */
  ports?: StackPorts
  /** Further settings of the exchange, `DATARUN_…`. */
  exchange?: Record<string, string>
  /** Further settings of PostgreSQL, as in postgresql.conf. */
  postgres?: Record<string, string>
  /** True where it is up for some minutes: see startKafka. */
  shortLived?: boolean
  /** Called with the name of each part when its start begins. */
  onStep?: (name: string) => void
  /** Called with a sentence when a part ends without being asked to. */
  onFailure?: (sentence: string) => void
}

export type Stack = Places &
  DatabaseUrls & {
    brokers: string[]
    /** To be stopped, killed and started again one by one. */
    parts: { postgres: Postgres; kafka: Kafka; identity: Child; exchange: Child }
    /** Ends all, last started first. */
    stop(): Promise<void>
  }

/** Means to be a department of this hub, or all of them: as the story needs it, wherever the hub runs. */
export type HubAccess = Pick<Stack, 'hub' | 'issuer' | 'keys' | 'brokers' | 'url'>

/** @throws with a sentence and the end of a log; whatever had been started is stopped again. */
export async function startStack(options: StackOptions): Promise<Stack> {
  await mkdir(options.directory, { recursive: true, mode: 0o711 })
  await chmod(options.directory, 0o711)
  for (const folder of ['adapters', 'checkpoints', 'city', 'kafka', 'keys', 'logs'])
    await chmod(join(options.directory, folder), 0o700).catch(() => {}) // of an earlier start; a new one is made so
  const stops = [await occupy(options.directory)]
  // Personal data, logs and secrets lie below: while it runs, nobody else of this machine reads a file of it.
  const umaskBefore = process.umask(0o077)
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
    process.umask(umaskBefore)
  }
  const begin: Begin = async (name, start) => {
    options.onStep?.(name)
    const part = await start()
    stops.push(part.stop)
    return part
  }
  try {
    return { ...(await startParts(options, begin)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Removes all that a stack keeps. @throws if it is running. */
export async function removeStack(directory: string): Promise<void> {
  if (!existsSync(directory)) return
  await occupy(directory)
  await removeDirectory(join(directory, 'postgres'))
  await removeDirectory(directory)
}

type Begin = <Part extends { stop(): Promise<void> }>(name: string, start: () => Promise<Part>) => Promise<Part>

/** The order matters: identity keeps its state in PostgreSQL, Kafka fetches identity's keys, the exchange needs them all. */
async function startParts(options: StackOptions, begin: Begin): Promise<Omit<Stack, 'stop'>> {
  const { directory, ports = {}, shortLived = false } = options
  await requireFree([
    { setting: '--port', port: ports.exchange },
    { setting: '--issuer-port', port: ports.identity },
    { setting: '--kafka-port', port: ports.kafka },
    { setting: '--postgres-port', port: ports.postgres },
  ])
  const common = { directory, ...(options.onFailure && { onFailure: options.onFailure }) }
  const places = await choosePlaces(options)
  const postgres = await begin('PostgreSQL', () =>
    startPostgres({ ...common, ...portOf(ports.postgres), settings: { ...postgresSettings, ...options.postgres } }),
  )
  const passwords = await localSecrets(join(directory, 'secrets.json'), ['databaseOwner', 'databaseServices'])
  const urls = await prepareHubDatabase(postgres.urlOf, passwords)
  const forIdentity = await identitySettings(places, urls.url)
  const identity = await begin('identity', () => startOwn('identity', places.issuer, forIdentity, common))
  const security = kafkaSecurity(places)
  const kafka = await begin('Kafka', () => startKafka({ ...common, security, shortLived, ...portOf(ports.kafka) }))
  const { brokers } = kafka
  const forExchange = { ...(await exchangeSettings(places, urls.url, brokers)), ...options.exchange }
  const exchange = await begin('exchange', () => startOwn('exchange', places.hub, forExchange, common))
  return { ...places, ...urls, brokers, parts: { postgres, kafka, identity, exchange } }
}

const portOf = (port: number | undefined) => (port === undefined ? {} : { port })

const startOwn = (
  name: 'identity' | 'exchange',
  address: string,
  settings: Record<string, string>,
  common: Pick<StackOptions, 'directory' | 'onFailure'>,
) => {
  const plan = { ...common, name, script: `services/${name}/main.ts`, settings, readyUrl: `${address}/readyz` }
  return startService({ ...plan, ...(name === 'exchange' && { flags: exchangeFlags }) })
}

async function choosePlaces({ directory, ports = {}, peopleFile }: StackOptions): Promise<Places> {
  const [exchangePort, identityPort] = await freePorts(2)
  const checkpointFile = join(directory, 'checkpoints', 'access-log.txt')
  await mkdir(dirname(checkpointFile), { recursive: true })
  const keys = await openKeys(join(directory, 'keys'))
  return {
    hub: `http://127.0.0.1:${ports.exchange ?? exchangePort}`,
    issuer: `http://127.0.0.1:${ports.identity ?? identityPort}`,
    keys,
    logKey: await prepareLogKey(join(directory, 'keys'), logOrigin),
    checkpointFile,
    ...(peopleFile && { peopleFile }),
  }
}
