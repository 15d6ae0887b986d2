/** `datarun witness …`: lets another department witness the hub's log. */
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { readKey } from './note.ts'
import { whole } from './options.ts'
import { endWith, exits, type Outcome, show, Usage } from './outcome.ts'
import { createWitness } from './witness.ts'
import { generateWitnessKey, readWitnessKey } from './witness-key.ts'
import { createWitnessServer } from './witness-server.ts'

type KeyOptions = { out: string; json?: boolean }
type RunOptions = { keyFile: string; log: string[]; state: string; host: string; port: string; json?: boolean }

export function witnessCommand(): Command {
  const witness = new Command('witness').description('cosign what a log publishes, as long as it only grows')
  witness
    .command('key')
    .description('make a witness’s signing key; its verifier key, which everyone may know, is printed')
    .argument('<name>', 'name of the witness: host/path without a scheme')
    .requiredOption('--out <file>', 'where the signing key goes; must not exist yet')
    .option('--json', 'print the verifier key as JSON')
    .action((name: string, options: KeyOptions) => endWith(options, () => makeKey(name, options)))
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
    .option('--json', 'print key and address as JSON')
    .action((options: RunOptions) => endWith(options, () => run(options)))
  return witness
}

const collect = (value: string, before: string[]) => [...before, value]

async function makeKey(name: string, { out }: KeyOptions): Promise<Outcome> {
  if (/[\s+]/.test(name)) throw new Usage('a witness’s name has neither spaces nor plus signs')
  const { signingKey, verifierKey } = generateWitnessKey(name)
  await writeFile(out, `${signingKey}\n`, { mode: 0o600, flag: 'wx' })
  return { exit: exits.verified, lines: [verifierKey], facts: { verifierKey } }
}

async function run({ keyFile, log, state, host, port, json }: RunOptions): Promise<Outcome> {
  const signer = readWitnessKey(await readFile(keyFile, 'utf8'))
  if (!signer) throw new Usage(`${keyFile} is no signing key of a witness: make one with \`datarun witness key\``)
  const logs = log.map(vkey => {
    const key = readKey(vkey)
    if (!key || key.witness) throw new Usage(`${JSON.stringify(vkey)} is no verifier key of a log`)
    return key
  })
  const witness = createWitness({ signer, logs, directory: state, now: () => new Date() })
  const server = createWitnessServer(witness, line => process.stderr.write(`${line}\n`))
  const place = { host, port: whole(port, '--port') }
  server.listen(place)
  await once(server, 'listening').catch(error => {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Usage(`Port ${port} at ${host} is in use (端口 ${port} 已被占用): set --port to another port.`)
  })
  const stop = () => {
    server.close()
    server.closeIdleConnections()
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const at = server.address()
  const address = `http://${host}:${typeof at === 'object' ? at?.port : port}`
  const { verifierKey } = signer
  show({ lines: [`witness ${verifierKey} at ${address}`], facts: { verifierKey, address } }, json)
  await once(server, 'close')
  return { exit: exits.verified, lines: [], facts: { stopped: true } }
}
