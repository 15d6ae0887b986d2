/** Reading signed notes, checkpoints and proofs as C2SP writes them. Knows Ed25519 keys and Ed25519 cosignatures. */
import { createPublicKey, hash, verify } from 'node:crypto'

/** A verifier key: of a log (type 1) or of a witness (type 4). */
export type Key = { name: string; id: string; verifies: (text: string, signature: Buffer) => boolean; witness: boolean }

export type Checkpoint = { origin: string; size: number; root: Buffer }

const spki = Buffer.from('302a300506032b6570032100', 'hex')

/** Undefined where the text is no vkey that we know how to use. */
export function readKey(vkey: string): Key | undefined {
  const [, name = '', id = '', data = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey.trim()) ?? []
  const typed = Buffer.from(data, 'base64')
  if (typed.length !== 33 || (typed[0] !== 1 && typed[0] !== 4)) return undefined
  const expected = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'hex').slice(0, 8)
  if (expected !== id) return undefined
  const key = createPublicKey({ key: Buffer.concat([spki, typed.subarray(1)]), format: 'der', type: 'spki' })
  const witness = typed[0] === 4
  const plain = (text: string, signature: Buffer) => verify(null, Buffer.from(text), key, signature)
  const cosigned = (text: string, signature: Buffer) => {
    if (signature.length !== 72) return false
    return plain(`cosignature/v1\ntime ${signature.readBigUInt64BE()}\n${text}`, signature.subarray(8))
  }
  return { name, id, witness, verifies: witness ? cosigned : plain }
}

/** Who of the known keys signed a note; undefined where it is malformed or a known key's signature does not verify. */
export function openNote(note: string, keys: readonly Key[]): { text: string; signers: Key[] } | undefined {
  const [, text, signatures] = /^([\s\S]+\n)\n((?:— \S+ \S+\n)+)$/.exec(note) ?? []
  if (!text || !signatures) return undefined
  const signers: Key[] = []
  for (const line of signatures.trimEnd().split('\n')) {
    const [, name, data = ''] = line.split(' ')
    const signature = Buffer.from(data, 'base64')
    const key = keys.find(known => known.name === name && known.id === signature.toString('hex', 0, 4))
    if (!key) continue
    if (!key.verifies(text, signature.subarray(4))) return undefined
    if (!signers.includes(key)) signers.push(key)
  }
  return { text, signers }
}

/** A policy of trust: the demands on a checkpoint, a log's signature, and cosignatures of so many witnesses. */
export type Trust = { keys: readonly Key[]; witnesses: number }

/** The checkpoint opened last under a trust: an export repeats one and the same on every line. */
const lastOpened = new WeakMap<Trust, { note: string; outcome: Checkpoint | string }>()

/** The checkpoint a note holds, or why it is not to be trusted. */
export function openCheckpoint(note: string, trust: Trust): Checkpoint | string {
  const last = lastOpened.get(trust)
  if (last?.note === note) return last.outcome
  const outcome = open(note, trust)
  lastOpened.set(trust, { note, outcome })
  return outcome
}

function open(note: string, { keys, witnesses }: Trust): Checkpoint | string {
  const opened = openNote(note, keys)
  if (!opened) return 'it is no note, or a signature in it is wrong'
  const [, origin = '', size = '', root = ''] =
    /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n/.exec(opened.text) ?? []
  if (!origin) return 'it is no checkpoint'
  if (!opened.signers.some(key => !key.witness && key.name === origin)) return `no known key of ${origin} signed it`
  const cosigned = opened.signers.filter(key => key.witness).length
  if (cosigned < witnesses) return `${cosigned} of ${witnesses} witnesses have cosigned it`
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') }
}

export type Proof = { index: number; path: Buffer[]; extra?: Buffer; checkpoint: string }

/** A c2sp.org/tlog-proof; undefined where the text is none. */
export function readProof(text: string): Proof | undefined {
  const shape =
    /^c2sp\.org\/tlog-proof@v1\n(?:extra (\S+)\n)?index (0|[1-9]\d{0,15})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n([\s\S]+)$/
  const [, extra, index, hashes, checkpoint] = shape.exec(text) ?? []
  if (index === undefined || hashes === undefined || !checkpoint) return undefined
  const path = hashes
    .split('\n')
    .slice(0, -1)
    .map(line => Buffer.from(line, 'base64'))
  return { index: Number(index), path, checkpoint, ...(extra && { extra: Buffer.from(extra, 'base64') }) }
}

/** The notes of a file of checkpoints, in their order: each ends with its signatures, empty lines may part them. */
export const readNotes = (text: string): string[] =>
  text.match(/(?:[^\n]+\n)+\n(?:— \S+ [A-Za-z0-9+/]+={0,2}\n)+/g) ?? []
