/** A running issuer with throw-away keys, on a given database: who registers a system there gets tokens for it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../services/contract/log.ts'
import { type Role, roles } from '../../services/contract/role.ts'
import { createTokenSource } from '../../services/contract/token-source.ts'
import type { Person } from '../../services/identity/people.ts'
import { startIdentity } from '../../services/identity/server.ts'
import { readIdentitySettings } from '../../services/identity/settings.ts'
import { type LocalKeys, openKeys } from '../../services/local/keys.ts'
import { freePort } from '../../services/local/ports.ts'
import { signIn } from '../../services/local/sign-in.ts'

export const audience = 'urn:datarun:hub'
/** Nothing listens there; the console's address is only registered and compared. */
export const redirectUri = 'http://127.0.0.1:1/console/'

export type TestIssuer = {
  issuer: string
  jwksUrl: string
  /** As a hub that trusts it for everything would have it. */
  roles: readonly Role[]
  departments: '*'
  keys: LocalKeys
  /** Its settings at the start, for a second instance or a changed one. */
  environment: Record<string, string>
  tokenOf(system: string): Promise<string>
  signIn(person: string): Promise<string>
  /** Its log so far. */
  log(): string
  close(): Promise<void>
}

export async function startTestIssuer(databaseUrl: string, people: readonly Person[] = []): Promise<TestIssuer> {
  const folder = await mkdtemp(join(tmpdir(), 'datarun-issuer-'))
  const keys = await openKeys(join(folder, 'keys'))
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const samplePeopleFile = join(folder, 'people.json')
  await writeFile(samplePeopleFile, JSON.stringify(people))
  const environment = {
    DATARUN_ISSUER: issuer,
    DATARUN_PORT: String(port),
    DATARUN_DATABASE_URL: databaseUrl,
    DATARUN_ISSUER_KEYS_FILE: await keys.issuerFile(),
    DATARUN_OPERATOR_JWKS: JSON.stringify((await keys.of('hub/operator')).publicKeys),
    DATARUN_HUB_JWKS: JSON.stringify((await keys.of('hub/exchange')).publicKeys),
    DATARUN_SAMPLE_PEOPLE: String(people.length > 0),
    DATARUN_SAMPLE_PEOPLE_FILE: samplePeopleFile,
    DATARUN_CONSOLE_REDIRECT_URIS: redirectUri,
  }
  const { log, close } = await startInstance(environment)
  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    roles,
    departments: '*',
    keys,
    environment,
    tokenOf: async system => {
      const { privateKey } = await keys.of(system)
      return createTokenSource({ issuer, clientId: system, privateKey, audience }).token()
    },
    signIn: person => signIn({ issuer, redirectUri, person }),
    log,
    close: async () => {
      await close()
      await rm(folder, { recursive: true })
    },
  }
}

/** One process's worth of issuer. Instances with the same environment but for the port are one issuer to the world. */
export async function startInstance(environment: Record<string, string>) {
  let written = ''
  const write = (line: string) => {
    written += line
  }
  const log = createLog('identity', 'info', { write })
  const identity = await startIdentity(readIdentitySettings(environment), log, () => new Date())
  return { log: () => written, close: identity.close }
}
