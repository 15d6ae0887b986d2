/**
 * Entries as a row of the log holds them: the canonical JSON of each, led by one NUL. Canonical JSON has no NUL, and RFC 6962
 * hashes a leaf as SHA-256(0x00 ‖ entry), so the same bytes are cut, hashed and stored.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { leafHash } from './merkle.ts'
import { tileWidth } from './tile-path.ts'

/** A row: `size` entries from `first` on, all of one bundle. `entries` as stored; `leaves`: 32 bytes each. */
export type PackedRow = { first: number; size: number; entries: Buffer; leaves: Buffer }

/** Fewer gain less than the 50 µs that a frame takes (pull-lab E12: 0.04 ms of a pull that is alone). */
const compressedFrom = 8
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** An entry is at most 65,535 bytes. The superuser is not trusted: a row that would become larger is not unpacked. */
const unpackedMax = tileWidth * 65_536
const bounded = { maxOutputLength: unpackedMax, params: { [constants.ZSTD_d_windowLogMax]: 24 } }

export type PackedEntries = { rows: PackedRow[]; leaves: Buffer[] }

/** Packs entries from index `first` on into rows that never cross the end of a bundle. */
export function packEntries(first: number, entries: readonly string[]): PackedEntries {
  const bytes = ledByNul(entries)
  const starts = startsOf(bytes)
  const leaves = entries.map((_, i) => leafHash(bytes.subarray(starts[i], starts[i + 1])))
  const rows: PackedRow[] = []
  for (let at = 0; at < entries.length; ) {
    const end = Math.min(at + tileWidth - ((first + at) % tileWidth), entries.length)
    const size = end - at
    const stored = compressed(bytes.subarray(starts[at], starts[end]), size)
    rows.push({ first: first + at, size, entries: stored, leaves: Buffer.concat(leaves.slice(at, end)) })
    at = end
  }
  return { rows, leaves }
}

/** Entries of one bundle, whose hashes are known. */
export function packRow(first: number, entries: readonly string[], leaves: Buffer): PackedRow {
  const size = entries.length
  return { first, size, entries: compressed(ledByNul(entries), size), leaves }
}

const ledByNul = (entries: readonly string[]) => Buffer.from(`\0${entries.join('\0')}`)

/** Where each entry's NUL stands; last the end. */
function startsOf(bytes: Buffer): number[] {
  const starts: number[] = []
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) starts.push(at)
  return [...starts, bytes.length]
}

const compressed = (bytes: Buffer, size: number): Buffer =>
  size < compressedFrom ? bytes : zstdCompressSync(bytes, fast)

/**
 * The entries of a row, at most `size`; fewer, or none, where the stored bytes were tampered with: what cannot be read is
 * missing, and the auditor names it so. None where a row lacks one of `texts`: looking for them in the bytes takes a third of
 * making texts of these.
 */
export function unpackEntries(stored: Buffer, size: number, texts: readonly string[] = []): string[] {
  const bytes = decompressed(stored)
  if (bytes?.[0] !== 0 || !texts.every(text => bytes.includes(text))) return []
  return bytes.toString('utf8', 1).split('\0', size)
}

function decompressed(stored: Buffer): Buffer | undefined {
  if (stored[0] === 0) return stored
  try {
    return zstdDecompressSync(stored, bounded)
  } catch {
    return undefined
  }
}
