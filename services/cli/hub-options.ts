/** Which hub a command calls, and as whom: options, else the environment, else the local stack that runs here. */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { createHubClient, type HubClient } from '../client/hub-client.ts'
import type { Environment } from '../contract/settings.ts'
import { bearing, createAuthorize, type TokenSourceOptions } from '../contract/token-source.ts'
import { Usage } from './outcome.ts'

export type HubOptions = {
  hub?: string
  issuer?: string
  as?: string
  key?: string
  audience?: string
  tokenFile?: string
  json?: boolean
}

export const callingHub = (command: Command): Command =>
  command
    .option('--hub <url>', 'address of the hub (DATARUN_HUB_URL)')
    .option('--issuer <url>', 'address of the issuer of tokens (DATARUN_ISSUER)')
    .option('--as <system>', 'the calling system, department/name (DATARUN_SYSTEM)')
    .option('--key <file>', 'file with its private JWK (DATARUN_SYSTEM_KEY_FILE)')
    .option('--audience <audience>', 'audience of the tokens (DATARUN_AUDIENCE)')
    .option(
      '--token-file <file>',
      'an access token instead of --issuer, --as and --key: for people (DATARUN_TOKEN_FILE)',
    )
    .option('--json', 'print the hub’s answer as JSON')

/** @throws Usage naming everything that is missing at once. */
export async function openHub(options: HubOptions, environment: Environment): Promise<HubClient> {
  const hub = options.hub ?? environment.DATARUN_HUB_URL
  const tokenFile = options.tokenFile ?? environment.DATARUN_TOKEN_FILE
  if (hub && tokenFile) {
    const token = (await readFile(tokenFile, 'utf8')).trim()
    return createHubClient({ hub: hub.replace(/\/$/, ''), authorize: bearing(async () => token) })
  }
  const authorize = createAuthorize(await callingSystem(options, environment, hub ? [] : ['--hub']))
  return createHubClient({ hub: hub!.replace(/\/$/, ''), authorize })
}

/** The calling system, and where its tokens come from. @throws Usage naming everything that is missing, `alsoMissing` included. */
export async function callingSystem(
  options: HubOptions,
  environment: Environment,
  alsoMissing: string[] = [],
): Promise<TokenSourceOptions> {
  const issuer = options.issuer ?? environment.DATARUN_ISSUER
  const clientId = options.as ?? environment.DATARUN_SYSTEM
  const key = options.key ?? environment.DATARUN_SYSTEM_KEY_FILE
  const audience = options.audience ?? environment.DATARUN_AUDIENCE ?? 'urn:datarun:hub'
  if (alsoMissing.length > 0 || !issuer || !clientId || !key) {
    const missing = [...alsoMissing, !issuer && '--issuer', !clientId && '--as', !key && '--key'].filter(Boolean)
    throw new Usage(
      `Say ${missing.join(', ')} (npm start prints these for the local stack; --help tells their variables).`,
    )
  }
  return { issuer, clientId, privateKey: await readKey(key), audience }
}

async function readKey(file: string) {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    throw new Usage(`${file} cannot be read as a private JWK.`)
  }
}
