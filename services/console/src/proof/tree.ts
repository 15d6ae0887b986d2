/** Merkle proofs of RFC 6962, checked as RFC 9162 says (2.1.3.2 and 2.1.4.2), with the browser's own SHA-256. */
import { joined, sameBytes, sha256 } from './bytes.ts'

type Bytes = Uint8Array<ArrayBuffer>

export const leafHash = (entry: Bytes): Promise<Bytes> => sha256(joined(Uint8Array.of(0), entry))
const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(joined(Uint8Array.of(1), left, right))
const half = (value: number) => Math.floor(value / 2)

/** The root that a path leads to from a leaf; undefined where its length does not fit a tree of this size. */
export async function rootFromPath(
  index: number,
  size: number,
  leaf: Bytes,
  path: readonly Bytes[],
): Promise<Bytes | undefined> {
  if (index >= size) return undefined
  let [at, last, hash] = [index, size - 1, leaf]
  for (const sibling of path) {
    if (last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(sibling, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else {
      hash = await nodeHash(hash, sibling)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 ? hash : undefined
}

export type Sized = { size: number; root: Bytes }

/** Whether `path` proves that the tree `after` begins with the tree `before`. */
export async function isConsistent(before: Sized, after: Sized, path: readonly Bytes[]): Promise<boolean> {
  if (before.size === 0) return path.length === 0
  if (before.size === after.size) return path.length === 0 && sameBytes(before.root, after.root)
  if (before.size > after.size || path.length === 0) return false
  const hashes = Number.isInteger(Math.log2(before.size)) ? [before.root, ...path] : [...path]
  let [at, last] = [before.size - 1, after.size - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  let first = hashes.shift()!
  let second = first
  for (const hash of hashes) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      first = await nodeHash(hash, first)
      second = await nodeHash(hash, second)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)]
    } else {
      second = await nodeHash(second, hash)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && sameBytes(first, before.root) && sameBytes(second, after.root)
}
