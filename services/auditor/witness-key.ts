/** A witness's key: cosigns checkpoints by c2sp.org/tlog-cosignature with Ed25519. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign } from 'node:crypto'

const cosignatureType = 4
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export type WitnessSigner = { name: string; verifierKey: string; cosign: (text: string, at: Date) => string }

const idOf = (name: string, typed: Buffer) =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'hex').slice(0, 8)

/** A new key; `signingKey` is the secret. `name` has neither spaces nor plus signs. */
export function generateWitnessKey(name: string): { signingKey: string; verifierKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519')
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32)
  const typed = Buffer.concat([Buffer.of(cosignatureType), publicOf(seed)])
  const id = idOf(name, typed)
  const secret = Buffer.concat([Buffer.of(cosignatureType), seed]).toString('base64')
  return { signingKey: `PRIVATE+KEY+${name}+${id}+${secret}`, verifierKey: `${name}+${id}+${typed.toString('base64')}` }
}

const privateOf = (seed: Buffer) =>
  createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' })
const publicOf = (seed: Buffer) =>
  createPublicKey(privateOf(seed)).export({ type: 'spki', format: 'der' }).subarray(-32)

/** Undefined where the text is no signing key of a witness. */
export function readWitnessKey(signingKey: string): WitnessSigner | undefined {
  const [, name = '', id = '', data = ''] =
    /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(signingKey.trim()) ?? []
  const secret = Buffer.from(data, 'base64')
  if (secret.length !== 33 || secret[0] !== cosignatureType) return undefined
  const seed = secret.subarray(1)
  const typed = Buffer.concat([Buffer.of(cosignatureType), publicOf(seed)])
  if (idOf(name, typed) !== id) return undefined
  const key = privateOf(seed)
  return {
    name,
    verifierKey: `${name}+${id}+${typed.toString('base64')}`,
    cosign(text, at) {
      const time = BigInt(Math.floor(at.getTime() / 1000))
      const stamp = Buffer.alloc(8)
      stamp.writeBigUInt64BE(time)
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), key)
      return `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), stamp, signature]).toString('base64')}\n`
    },
  }
}
