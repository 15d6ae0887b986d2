import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { generateNoteKey } from '../exchange/log/tree/note.ts'

export const logKeyCommand = (): Command =>
  new Command('log-key')
    .description('make a signing key for the access log; the verifier key, which everyone may know, is printed')
    .argument('<origin>', 'origin of the log, host/path without a scheme: hub.example.gov.cn/access-log')
    .requiredOption('--out <file>', 'where the signing key goes; must not exist yet')
    .option('--json', 'print the verifier key as JSON')
    .action(async (origin: string, { out, json }: { out: string; json?: boolean }) => {
      const { signingKey, verifierKey } = generateNoteKey(origin)
      await writeFile(out, `${signingKey}\n`, { mode: 0o600, flag: 'wx' })
      process.stdout.write(`${json ? JSON.stringify({ verifierKey }) : verifierKey}\n`)
    })
