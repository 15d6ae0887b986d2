import type { Environment, SettingsOf } from '../contract/settings.ts'
import {
  flag,
  list,
  optional,
  parsed,
  readSettings,
  SettingsError,
  secret,
  text,
  url,
  whole,
} from '../contract/settings.ts'
import { readPublicKeys } from './keys.ts'

export const identityDeclarations = {
  issuer: url(
    'public address of this issuer, with its path behind a proxy; all that it tells of itself is made of it, and it must not change',
  ),
  host: text('address to listen on', '127.0.0.1'),
  port: whole('port to listen on', { min: 1, max: 65_535 }, 8090),
  databaseUrl: secret('PostgreSQL of the hub, postgres://user:password@host:port/database'),
  audience: text('audience of the access tokens', 'urn:datarun:hub'),
  issuerKeysFile: text('file with the private JWK Set this issuer signs with'),
  operatorJwks: parsed("public JWK Set of the operator's own system, hub/operator", readPublicKeys),
  operatorDpop: flag('whether hub/operator gets tokens that are bound by DPoP alone', false),
  hubJwks: parsed("public JWK Set of the hub's own system, hub/exchange", readPublicKeys),
  samplePeople: flag('whether anyone may sign in as a sample person, without a password', false),
  samplePeopleFile: optional(text('JSON file of the sample people')),
  consoleRedirectUris: list('addresses the web console is sent back to after signing in', []),
  instance: optional(text('name of this process, which /readyz tells')),
  logLevel: text('trace, debug, info, warn, error or silent', 'info'),
}

export type IdentitySettings = SettingsOf<typeof identityDeclarations>

/** @throws SettingsError naming every setting that is missing, malformed, or too dangerous for production. */
export function readIdentitySettings(environment: Environment): IdentitySettings {
  const settings = readSettings(identityDeclarations, environment)
  const dangers = environment.NODE_ENV === 'production' ? dangersOf(settings) : []
  if (settings.samplePeople && !settings.samplePeopleFile)
    dangers.push('DATARUN_SAMPLE_PEOPLE needs DATARUN_SAMPLE_PEOPLE_FILE')
  if (dangers.length > 0) throw new SettingsError(`Settings are not usable:\n  ${dangers.join('\n  ')}`)
  return settings
}

/** OWASP API8: what makes life easy on one machine must stop the start where it counts. */
function dangersOf({ samplePeople, issuer }: IdentitySettings): string[] {
  const dangers: string[] = []
  if (samplePeople)
    dangers.push('DATARUN_SAMPLE_PEOPLE lets anyone in without a password: not with NODE_ENV=production')
  if (!issuer.startsWith('https://')) dangers.push('DATARUN_ISSUER must be https with NODE_ENV=production')
  return dangers
}
