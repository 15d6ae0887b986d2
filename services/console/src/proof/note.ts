/** Signed notes, checkpoints and proofs as C2SP writes them, verified with the browser's own Ed25519. */
import { fromBase64, joined, sha256, textBytes, toHex } from './bytes.ts'

type Bytes = Uint8Array<ArrayBuffer>
export type LogKey = { name: string; id: string; key: CryptoKey }
export type Checkpoint = { origin: string; size: number; root: Bytes }
export type Proof = { index: number; path: Bytes[]; leaf?: Bytes; checkpoint: string }

const ed25519 = 1
const base64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** A verifier key of a log, `name+id+base64`; undefined where it is none or its id is not its own. */
export async function readLogKey(text: string): Promise<LogKey | undefined> {
  const [, name = '', id = '', data = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? []
  if (!base64.test(data)) return undefined
  const typed = fromBase64(data)
  if (typed.length !== 33 || typed[0] !== ed25519) return undefined
  const digest = await sha256(joined(textBytes(`${name}\n`), typed))
  if (toHex(digest.subarray(0, 4)) !== id) return undefined
  const key = await crypto.subtle.importKey('raw', typed.slice(1), 'Ed25519', false, ['verify'])
  return { name, id, key }
}

/** Undefined where the text is no checkpoint. */
export function readCheckpoint(note: string): Checkpoint | undefined {
  const [, origin = '', size = '', root = ''] = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n/.exec(note) ?? []
  return root ? { origin, size: Number(size), root: fromBase64(root) } : undefined
}

/** The key of the note's own origin that signed it; undefined where none of these did. */
export async function signerOf(note: string, keys: readonly LogKey[]): Promise<LogKey | undefined> {
  const [, text = '', signatures = ''] = /^([\s\S]+\n)\n((?:— \S+ \S+\n)+)$/.exec(note) ?? []
  const origin = text.slice(0, text.indexOf('\n'))
  for (const line of signatures.trimEnd().split('\n')) {
    const [, name, data = ''] = line.split(' ')
    if (!base64.test(data)) continue
    const signature = fromBase64(data)
    const id = toHex(signature.subarray(0, 4))
    const key = keys.find(known => known.name === name && known.id === id && name === origin)
    if (key && (await crypto.subtle.verify('Ed25519', key.key, signature.slice(4), textBytes(text)))) return key
  }
  return undefined
}

/** A c2sp.org/tlog-proof; undefined where the text is none. */
export function readProof(text: string): Proof | undefined {
  const shape =
    /^c2sp\.org\/tlog-proof@v1\n(?:extra (\S+)\n)?index (0|[1-9]\d{0,15})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n([\s\S]+)$/
  const [, extra, index, hashes, checkpoint] = shape.exec(text) ?? []
  if (index === undefined || hashes === undefined || !checkpoint) return undefined
  const path = hashes.split('\n').slice(0, -1).map(fromBase64)
  const leaf = extra ? fromBase64(extra) : undefined
  return { index: Number(index), path, checkpoint, ...(leaf?.length === 32 && { leaf }) }
}
