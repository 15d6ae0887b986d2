/** The issuer as a process: files read, database ready, HTTP listening; and all of it undone in order. */
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { explainListening } from '../contract/listening.ts'
import type { Logger } from '../contract/log.ts'
import { SettingsError } from '../contract/settings.ts'
import { migrate } from '../postgres/migrate.ts'
import { createPool } from '../postgres/pool.ts'
import { atItsAddress } from './address.ts'
import { readIssuerKeys } from './keys.ts'
import { identityMigrations } from './migrations.ts'
import { readPeople } from './people.ts'
import { createProvider } from './provider.ts'
import { addRoutes } from './routes.ts'
import type { IdentitySettings } from './settings.ts'
import { sweep } from './state-store.ts'

export type Identity = { close(): Promise<void> }

const sweepEvery = 60_000

/** @throws SettingsError where a file that the settings name cannot be used; where the port cannot be had; errors of PostgreSQL. */
export async function startIdentity(settings: IdentitySettings, log: Logger, now: () => Date): Promise<Identity> {
  const keys = await readFileWith(readIssuerKeys, 'DATARUN_ISSUER_KEYS_FILE', settings.issuerKeysFile)
  const people = settings.samplePeople
    ? await readFileWith(readPeople, 'DATARUN_SAMPLE_PEOPLE_FILE', settings.samplePeopleFile)
    : []
  const pool = createPool({ url: settings.databaseUrl, size: 5, log, applicationName: 'datarun-identity' })
  await migrate(pool, identityMigrations)
  const parts = { settings, database: pool, keys, people, now }
  const provider = createProvider(parts)
  addRoutes(provider, parts, log)
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000 },
    atItsAddress(settings.issuer, provider.callback()),
  )
  await explainListening(listen(server, settings), settings, { host: 'DATARUN_HOST', port: 'DATARUN_PORT' })
  const sweeping = setInterval(
    () => sweep(pool).catch(error => log.warn({ err: error }, 'sweep failed; retrying')),
    sweepEvery,
  )
  log.info({ issuer: settings.issuer, samplePeople: people.length }, 'issuer is listening')
  return {
    close: async () => {
      clearInterval(sweeping)
      await new Promise(resolve => server.close(resolve))
      await pool.end()
    },
  }
}

async function readFileWith<T>(read: (text: string) => T, variable: string, path: string): Promise<T> {
  try {
    return read(await readFile(path, 'utf8'))
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : (error as Error).message
    throw new SettingsError(`Settings are not usable:\n  ${variable} names ${path}, which ${why}`)
  }
}

const listen = (server: Server, { host, port }: IdentitySettings) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
