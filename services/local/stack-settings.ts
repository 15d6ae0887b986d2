/** Settings of identity and exchange when all of it runs on one machine. */
import { join } from 'node:path'
import { roles } from '../contract/role.ts'
import type { KafkaSecurity } from './kafka-properties.ts'
import type { LocalKeys } from './keys.ts'
import { repository } from './places.ts'
import type { LogKey } from './prepare.ts'

export const audience = 'urn:datarun:hub'
export const logOrigin = 'datarun.local/access-log'
const hubSystem = 'hub/exchange'
const operatorSystem = 'hub/operator'

export type Places = {
  /** Addresses, without a path. */
  hub: string
  issuer: string
  keys: LocalKeys
  logKey: LogKey
  checkpointFile: string
  /** JSON file of the people who may sign in without a password; nobody may where there is none. */
  peopleFile?: string
}

export async function identitySettings(places: Places, databaseUrl: string): Promise<Record<string, string>> {
  const { hub, issuer, keys, peopleFile } = places
  return {
    DATARUN_ISSUER: issuer,
    DATARUN_PORT: new URL(issuer).port,
    DATARUN_DATABASE_URL: databaseUrl,
    DATARUN_AUDIENCE: audience,
    DATARUN_ISSUER_KEYS_FILE: await keys.issuerFile(),
    DATARUN_OPERATOR_JWKS: JSON.stringify((await keys.of(operatorSystem)).publicKeys),
    DATARUN_HUB_JWKS: JSON.stringify((await keys.of(hubSystem)).publicKeys),
    DATARUN_CONSOLE_REDIRECT_URIS: consoleAddresses(hub).join(','),
    ...(peopleFile && { DATARUN_SAMPLE_PEOPLE: 'true', DATARUN_SAMPLE_PEOPLE_FILE: peopleFile }),
  }
}

/** The console under each name by which a browser on this machine reaches the hub: people type any of them. */
function consoleAddresses(hub: string): string[] {
  const { hostname, port } = new URL(hub)
  const names = new Set([hostname, 'localhost', '127.0.0.1'])
  return [...names].map(name => `http://${name}:${port}/console/`)
}

/** The issuer of this house may give every role for every department: it reads the hub's own register of systems. */
export const trusting = (issuer: string) => `${issuer}||${roles.join(' ')}|*`

export const kafkaSecurity = ({ issuer }: Places): KafkaSecurity => ({
  issuer,
  jwksUrl: `${issuer}/jwks`,
  audience,
  superUsers: [hubSystem],
})

/**
 * PostgreSQL's own defaults are for the smallest of machines: 128 MB of cache, and a checkpoint after 1 GB of log, after
 * which every page is logged whole once more. Both are used up only as far as there are data.
 */
export const postgresSettings = { shared_buffers: '1GB', max_wal_size: '4GB' }

/**
 * With these the exchange stays below 300 MB while it takes in, and stops for its memory as seldom as that allows:
 * the young generation is large enough for what a batch holds, and the old one is cleared when it has grown by a third, where
 * V8 would do so after 8 MB. Large pages for Node's own program, which is much of what a pull runs, make pulls cheaper; a system
 * without them goes on without a word.
 */
export const exchangeFlags = [
  '--max-semi-space-size=32',
  '--max-old-space-size=768',
  '--heap-growing-percent=30',
  '--use-largepages=silent',
]

/** The names by which programs of this machine and of its containers call the hub. */
const waysTo = (hub: string) => {
  const { hostname } = new URL(hub)
  return [...new Set([hostname, '127.0.0.1', 'localhost'])].map(name => hub.replace(hostname, name))
}

export async function exchangeSettings(
  places: Places,
  databaseUrl: string,
  brokers: string[],
): Promise<Record<string, string>> {
  return {
    DATARUN_PORT: new URL(places.hub).port,
    DATARUN_PUBLIC_URLS: waysTo(places.hub).join(','),
    DATARUN_DATABASE_URL: databaseUrl,
    DATARUN_KAFKA_BROKERS: brokers.join(','),
    DATARUN_KAFKA_SECURED: 'true',
    DATARUN_ISSUERS: trusting(places.issuer),
    DATARUN_AUDIENCE: audience,
    DATARUN_SYSTEM_ID: hubSystem,
    DATARUN_SYSTEM_KEY_FILE: (await places.keys.of(hubSystem)).file,
    DATARUN_LOG_ORIGIN: logOrigin,
    DATARUN_LOG_KEY_FILE: places.logKey.file,
    DATARUN_CHECKPOINT_FILE: places.checkpointFile,
    DATARUN_CONSOLE_FOLDER: join(repository, 'services/console/dist'),
  }
}
