/**
 * Signed notes (c2sp.org/signed-note) with Ed25519 keys: a text, a blank line, and lines `— name base64(key id ‖
 * signature)`. Keys are kept in the text forms that Go's golang.org/x/mod/sumdb/note reads and writes.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto'

/** `line` signs a note's text: the whole signature line, newline included. @throws where signing fails. */
export type NoteSigner = { name: string; verifierKey: string; line: (text: string) => string }
export type NoteVerifier = { name: string; id: string; verifies: (text: string, signature: Buffer) => boolean }

const ed25519 = 0x01
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** The first four bytes, in hex, of SHA-256(name ‖ newline ‖ type ‖ public key). */
const keyId = (name: string, typed: Buffer) =>
  (hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer') as Buffer).subarray(0, 4).toString('hex')

const isKeyName = (name: string) => /^[^\s+\p{Cc}]+$/u.test(name)

/** A new key named `name` (for a log: its origin). `signingKey` is the secret. */
export function generateNoteKey(name: string): { signingKey: string; verifierKey: string } {
  if (!isKeyName(name)) throw new Error('a key name has neither spaces nor plus signs')
  const { privateKey } = generateKeyPairSync('ed25519')
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32)
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32)
  const typed = Buffer.concat([Buffer.of(ed25519), publicKey])
  const id = keyId(name, typed)
  const signingKey = `PRIVATE+KEY+${name}+${id}+${Buffer.concat([Buffer.of(ed25519), seed]).toString('base64')}`
  return { signingKey, verifierKey: `${name}+${id}+${typed.toString('base64')}` }
}

/** @throws where `signingKey` is not `PRIVATE+KEY+name+id+base64`; the message never repeats it. */
export function createSigner(signingKey: string): NoteSigner {
  const [, name = '', id = '', data = ''] =
    /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(signingKey.trim()) ?? []
  const seed = Buffer.from(data, 'base64')
  if (!isKeyName(name) || seed.length !== 33 || seed[0] !== ed25519)
    throw new Error('this is no Ed25519 note signing key')
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed.subarray(1)]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32)
  const typed = Buffer.concat([Buffer.of(ed25519), publicKey])
  if (keyId(name, typed) !== id) throw new Error('the note signing key does not fit its own key id')
  const idBytes = Buffer.from(id, 'hex')
  return {
    name,
    verifierKey: `${name}+${id}+${typed.toString('base64')}`,
    line: text => `— ${name} ${Buffer.concat([idBytes, sign(null, Buffer.from(text), key)]).toString('base64')}\n`,
  }
}

/** @throws where `verifierKey` is not `name+id+base64(0x01 ‖ 32-byte key)` or its id is not its own. */
export const createVerifier = (verifierKey: string): NoteVerifier => openKey(verifierKey, ed25519)

/** The same for Ed25519 keys of any signature type: what `verifies` is given must be the text that the type signs. */
export function openKey(verifierKey: string, type: number): NoteVerifier {
  const [, name = '', id = '', data = ''] = /^([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(verifierKey.trim()) ?? []
  const typed = Buffer.from(data, 'base64')
  const fits = isKeyName(name) && typed.length === 33 && typed[0] === type && keyId(name, typed) === id
  if (!fits) throw new Error(`${JSON.stringify(verifierKey)} is no Ed25519 verifier key of type ${type}`)
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, typed.subarray(1)]), format: 'der', type: 'spki' })
  return { name, id, verifies: (text, signature) => verify(null, Buffer.from(text), key, signature) }
}

export const signNote = (text: string, signers: readonly NoteSigner[]): string =>
  `${text}\n${signers.map(signer => signer.line(text)).join('')}`

/** The signed text: all before the blank line that the signatures follow. */
export const textOf = (note: string): string => note.slice(0, note.lastIndexOf('\n\n') + 1)

/** A note's text where a known key signed it and no known key's signature fails; unknown keys' lines are ignored. */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): string | undefined {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) return undefined
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2, -1).split('\n')
  let signed = false
  for (const line of lines) {
    const [, name, data] = /^— (\S+) (\S+)$/.exec(line) ?? []
    if (!name || !data) return undefined
    const bytes = Buffer.from(data, 'base64')
    const verifier = verifiers.find(known => known.name === name && known.id === bytes.subarray(0, 4).toString('hex'))
    if (!verifier) continue
    if (!verifier.verifies(text, bytes.subarray(4))) return undefined
    signed = true
  }
  return signed ? text : undefined
}
