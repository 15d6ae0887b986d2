import { readFile, writeFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { type PublicKey, signingAlgorithm, troubleWithKey } from '../contract/public-key.ts'
import { Usage } from './outcome.ts'

const algorithms = ['ES256', 'Ed25519'] as const
type Options = {
  algorithm: (typeof algorithms)[number]
  public?: boolean
  thumbprint?: boolean
  json?: boolean
}

/** The key pair of a system: the private JWK (RFC 7517) stays in a file, the public half is registered at the hub. */
export const keyCommand = (): Command =>
  new Command('key')
    .description('make the key pair of a system; its public JWK Set, which is registered at the hub, is printed')
    .argument('<file>', 'where the private JWK goes; must not exist yet (with --public or --thumbprint: must exist)')
    .addOption(new Option('--algorithm <algorithm>', 'what it signs with').choices(algorithms).default('ES256'))
    .option('--public', 'make nothing: print the public JWK Set of the key that is there')
    .option('--thumbprint', 'make nothing: print the thumbprint of the key that is there (RFC 7638), its kid')
    .option('--json', 'print public JWK Set and thumbprint as one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  datarun key title-office.key.json > title-office.jwks.json   # keep the first, hand over the second',
    )
    .action(async (file: string, options: Options) => {
      const isThere = options.public || options.thumbprint
      const key = isThere ? await readPrivateKey(file) : await makeKey(file, options.algorithm)
      const thumbprint = await calculateJwkThumbprint(key)
      const jwks = { keys: [publicHalf(key, thumbprint)] }
      if (options.json) return void process.stdout.write(`${JSON.stringify({ jwks, thumbprint })}\n`)
      process.stdout.write(options.thumbprint ? `${thumbprint}\n` : `${JSON.stringify(jwks, null, 2)}\n`)
      if (!isThere)
        process.stderr.write(
          `${file} holds the private key, for its owner alone (mode 600): never send it. Thumbprint ${thumbprint}\n`,
        )
    })

async function makeKey(file: string, algorithm: Options['algorithm']): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const key = await exportJWK(privateKey)
  // EdDSA is Ed25519's older name (RFC 8037), which libraries of all ages know.
  const alg = algorithm === 'ES256' ? 'ES256' : 'EdDSA'
  const whole: JWK = { ...key, kid: await calculateJwkThumbprint(key), alg, use: 'sig' }
  try {
    await writeFile(file, `${JSON.stringify(whole, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw new Usage(`${file} is there already, and is left alone: say another file, or --public.`)
    throw new Usage(`${file} cannot be written (${code}).`)
  }
  return whole
}

/** @throws Usage where the file is no private P-256 or Ed25519 JWK. */
async function readPrivateKey(file: string): Promise<JWK> {
  const key = await readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined)
  if (typeof key?.d !== 'string') throw new Usage(`${file} cannot be read as a private JWK.`)
  const trouble = troubleWithKey(key)
  if (trouble) throw new Usage(`${file} is no key that the hub takes: ${trouble.member} ${trouble.is.en}.`)
  return key
}

function publicHalf(key: JWK, thumbprint: string): JWK {
  const { kty, crv, x, y, kid = thumbprint } = key
  return { kty, crv, x, ...(y !== undefined && { y }), kid, alg: signingAlgorithm(key as PublicKey), use: 'sig' }
}
