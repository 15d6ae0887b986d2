/**
 * The private keys of a stack on one machine, made once and kept in files that only their owner can read. In production
 * every system makes its own, and no two of them ever lie in one folder.
 */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'

type SystemKey = {
  /** Path of a file with the private JWK. */
  file: string
  privateKey: JWK
  /** The public key that is registered at the hub. */
  publicKeys: { keys: JWK[] }
}
export type LocalKeys = {
  /** Path of the issuer's private JWK Set, as services/identity reads it; made on first asking. */
  issuerFile(): Promise<string>
  /** The key of a system, `hub/operator` or `civil-affairs/marriage-registry`; made on first asking. */
  of(system: string): Promise<SystemKey>
}

/** Makes what is missing in `folder`; any number of processes may do so at the same time. */
export async function openKeys(folder: string): Promise<LocalKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return { issuerFile: () => issuerFileOf(folder), of: system => keyOf(folder, system) }
}

async function issuerFileOf(folder: string): Promise<string> {
  const file = join(folder, 'issuer.json')
  await keep(file, makeIssuerKeys)
  return file
}

async function keyOf(folder: string, system: string): Promise<SystemKey> {
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(system)) throw new Error(`${system} is no system id: department/system`)
  const file = join(folder, `${system.replace('/', '.')}.json`)
  const privateKey = await keep(file, makeSigningKey)
  const { d: _private, ...publicKey } = privateKey
  return { file, privateKey, publicKeys: { keys: [publicKey] } }
}

async function makeSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const key = await exportJWK(privateKey)
  return { ...key, kid: await calculateJwkThumbprint(key), alg: 'ES256', use: 'sig' }
}

const makeIssuerKeys = async (): Promise<{ keys: JWK[] }> => ({
  keys: [await makeSigningKey(), { kty: 'oct', use: 'cookie', k: randomBytes(32).toString('base64url') }],
})

/** The file's content, or that of `make` if there is none. Linked into place whole, so that nobody reads half of it. */
async function keep<T>(file: string, make: () => Promise<T>): Promise<T> {
  const found = await readIfThere<T>(file)
  if (found !== undefined) return found
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, JSON.stringify(await make(), null, 2), { mode: 0o600, flag: 'wx' })
  await link(draft, file).catch(ignore('EEXIST'))
  await unlink(draft)
  return (await readIfThere<T>(file))!
}

async function readIfThere<T>(file: string): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(ignore('ENOENT'))
  return text === undefined ? undefined : (JSON.parse(text) as T)
}

const ignore = (code: string) => (error: NodeJS.ErrnoException) => {
  if (error.code !== code) throw error
}
