/** An adapter's surroundings: secrets, and where things are on this machine. */
import type { Environment, SettingsOf } from '../contract/settings.ts'
import { flag, list, optional, readSettings, SettingsError, secret, text, url, whole } from '../contract/settings.ts'

/** Not said: the config's word counts. */
export const unset = -1

const yesOrNo = (help: string) => ({
  ...optional(text(help)),
  parse: (value: string) => (value === 'true' || value === 'false' ? value : { complaint: 'must be true or false' }),
})

export const adapterDeclarations = {
  systemKeyFile: text('file with the private JWK of the system; its public half is registered at the hub'),
  hubUrl: optional(url('address of the hub; counts before the config’s hub.url')),
  issuer: optional(url('address of the issuer of tokens; counts before the config’s hub.issuer')),
  audience: text('audience of the access tokens', 'urn:datarun:hub'),
  kafkaBrokers: list('Kafka, host:port,host:port; counts before the config’s hub.brokers', []),
  kafkaTls: yesOrNo('whether Kafka is spoken to over TLS; counts before the config’s hub.tls'),
  kafkaSecured: flag('whether Kafka asks for tokens (SASL/OAUTHBEARER)', true),
  stateFolder: text('folder where progress, reports and the hub’s answers are kept', '.datarun-adapter'),
  sourceFolder: optional(text('folder that csv.files is relative to; the config’s own unless set')),
  intakeToken: optional(secret('what senders to the intake must bring as bearer token; at least 32 characters')),
  host: optional(text('address to listen on; counts before the config’s intake.host')),
  port: whole('port to listen on; counts before the config’s intake.port', { min: 0, max: 65_535 }, unset),
  logLevel: text('trace, debug, info, warn, error or silent', 'info'),
}

export type AdapterSettings = SettingsOf<typeof adapterDeclarations>

/** From the environment. @throws SettingsError naming every setting that is missing, malformed, or too dangerous for production. */
export function readAdapterSettings(environment: Environment): AdapterSettings {
  const settings = readSettings(adapterDeclarations, environment)
  const complaints: string[] = []
  if (settings.intakeToken !== '' && settings.intakeToken.length < 32) {
    complaints.push('DATARUN_INTAKE_TOKEN is too short: make one with `openssl rand -hex 32`')
  }
  if (environment.NODE_ENV === 'production' && !settings.kafkaSecured) {
    complaints.push('DATARUN_KAFKA_SECURED=false sends records to whoever answers: not with NODE_ENV=production')
  }
  if (complaints.length > 0) throw new SettingsError(`Settings are not usable:\n  ${complaints.join('\n  ')}`)
  return settings
}
