/** RFC 6962 section 2.1 as its text defines it, plain and unhurried: what the fast code is held against. */
import { createHash } from 'node:crypto'

const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

export const naiveLeaf = (entry: string) => sha256(Buffer.of(0), Buffer.from(entry))
const naiveNode = (left: Buffer, right: Buffer) => sha256(Buffer.of(1), left, right)

/** The largest power of two below n. */
const splitAt = (n: number) => 2 ** (Math.ceil(Math.log2(n)) - 1)

export function naiveTree(leaves: readonly Buffer[]) {
  const known = new Map<string, Buffer>()

  /** MTH(D[start:end]). */
  const root = (end: number, start = 0): Buffer => {
    const key = `${start}:${end}`
    const found = known.get(key) ?? compute(start, end)
    known.set(key, found)
    return found
  }
  const compute = (start: number, end: number): Buffer => {
    if (start === end) return sha256()
    if (end - start === 1) return leaves[start]!
    const middle = start + splitAt(end - start)
    return naiveNode(root(middle, start), root(end, middle))
  }
  /** PATH(m, D[start:end]), m counted from 0. */
  const path = (m: number, end: number, start = 0): Buffer[] => {
    if (end - start === 1) return []
    const middle = start + splitAt(end - start)
    return m < middle ? [...path(m, middle, start), root(end, middle)] : [...path(m, end, middle), root(middle, start)]
  }
  /** PROOF(m, D[n]). */
  const consistency = (m: number, n: number) => (m === 0 || m === n ? [] : subproof(m, 0, n, true))
  const subproof = (m: number, start: number, end: number, whole: boolean): Buffer[] => {
    if (m === end) return whole ? [] : [root(end, start)]
    const middle = start + splitAt(end - start)
    return m <= middle
      ? [...subproof(m, start, middle, whole), root(end, middle)]
      : [...subproof(m, middle, end, false), root(middle, start)]
  }
  return { root, path, consistency }
}
