import { Command } from 'commander'
import type { Environment } from '../contract/settings.ts'
import { createTokenSource } from '../contract/token-source.ts'
import { signIn } from '../local/sign-in.ts'
import { callingSystem, type HubOptions } from './hub-options.ts'
import { Usage } from './outcome.ts'

/** For trying things out: prints a bearer token that is good for some minutes. Keep it out of files that others read. */
export const tokenCommand = (environment: Environment): Command =>
  new Command('token')
    .description(
      'print a bearer token for a system (not for one that must send proofs, DPoP), or for a sample person of the local stack',
    )
    .option('--issuer <url>', 'address of the issuer of tokens (DATARUN_ISSUER)')
    .option('--as <system>', 'the system, department/name (DATARUN_SYSTEM)')
    .option('--key <file>', 'file with its private JWK (DATARUN_SYSTEM_KEY_FILE)')
    .option('--audience <audience>', 'audience of the token (DATARUN_AUDIENCE)')
    .option(
      '--person <id>',
      'a sample person instead, such as auditor, steward-civil-affairs or lin-xiaoyan; needs --hub',
    )
    .option('--hub <url>', 'address of the hub (DATARUN_HUB_URL)')
    .option('--json', 'print the token as JSON')
    .action(async (options: HubOptions & { person?: string }) => {
      const token = options.person
        ? await tokenOfPerson(options.person, options, environment)
        : await createTokenSource(await callingSystem(options, environment)).token()
      process.stdout.write(`${options.json ? JSON.stringify({ token }) : token}\n`)
    })

async function tokenOfPerson(person: string, options: HubOptions, environment: Environment): Promise<string> {
  const issuer = options.issuer ?? environment.DATARUN_ISSUER
  const hub = options.hub ?? environment.DATARUN_HUB_URL
  if (!issuer || !hub) throw new Usage('Say --issuer and --hub (npm start prints them).')
  return signIn({ issuer, redirectUri: `${hub.replace(/\/$/, '')}/console/`, person })
}
