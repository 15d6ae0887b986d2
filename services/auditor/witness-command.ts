/** `datarun witness …`: lets another department witness the hub's log. */
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { readKey } from './note.ts'
import { whole } from './options.ts'
import { endWith, exits, say, Usage } from './outcome.ts'
import { createWitness } from './witness.ts'
import { generateWitnessKey, readWitnessKey } from './witness-key.ts'
import { createWitnessServer } from './witness-server.ts'

type RunOptions = { keyFile: string; log: string[]; state: string; host: string; port: string }

export function witnessCommand(): Command {
  const witness = new Command('witness').description('cosign what a log publishes, as long as it only grows')
  witness
    .command('key')
    .description('make a witness’s signing key; its verifier key, which everyone may know, is printed')
    .argument('<name>', 'name of the witness: host/path without a scheme')
    .requiredOption('--out <file>', 'where the signing key goes; must not exist yet')
    .action((name: string, options: { out: string }) => endWith(() => makeKey(name, options)))
  witness
    .command('run')
    .description('answer the log’s requests until stopped')
    .requiredOption('--key-file <file>', 'the witness’s signing key')
    .requiredOption('--log <vkey>', 'verifier key of a log to witness; may be repeated', collect, [])
    .requiredOption(
      '--state <dir>',
      'where it remembers what it has cosigned: never lose it, never restore an older one',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on', '0')
    .action((options: RunOptions) => endWith(() => run(options)))
  return witness
}

const collect = (value: string, before: string[]) => [...before, value]

async function makeKey(name: string, { out }: { out: string }): Promise<number> {
  if (/[\s+]/.test(name)) throw new Usage('a witness’s name has neither spaces nor plus signs')
  const { signingKey, verifierKey } = generateWitnessKey(name)
  await writeFile(out, `${signingKey}\n`, { mode: 0o600, flag: 'wx' })
  say(verifierKey)
  return exits.verified
}

async function run({ keyFile, log, state, host, port }: RunOptions): Promise<number> {
  const signer = readWitnessKey(await readFile(keyFile, 'utf8'))
  if (!signer) throw new Usage(`${keyFile} is no signing key of a witness: make one with \`datarun witness key\``)
  const logs = log.map(vkey => {
    const key = readKey(vkey)
    if (!key || key.witness) throw new Usage(`${JSON.stringify(vkey)} is no verifier key of a log`)
    return key
  })
  const witness = createWitness({ signer, logs, directory: state, now: () => new Date() })
  const server = createWitnessServer(witness, line => process.stderr.write(`${line}\n`))
  server.listen(whole(port, '--port'), host)
  await once(server, 'listening')
  const at = server.address()
  say(`witness ${signer.verifierKey} at http://${host}:${typeof at === 'object' ? at?.port : port}`)
  const stop = () => {
    server.close()
    server.closeIdleConnections()
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  await once(server, 'close')
  return exits.verified
}
