/**
 * The Merkle tree of RFC 6962, as pure functions over 32-byte SHA-256 hashes. A tree is known by its size and its edge;
 * proofs are lists of spans, each hashed from perfect subtrees that a reader looks up. Sizes may exceed 2^32, so no bit
 * operators here.
 */
import { hash } from 'node:crypto'

/** Leaves `[start, end)`. */
export type Span = { start: number; end: number }

/** The hash of the perfect subtree over leaves `[index * 2^height, (index + 1) * 2^height)`. */
export type NodeReader = (height: number, index: number) => Buffer

/** A tree's size and the hashes of its perfect subtrees, largest (leftmost) first: one for each binary 1 of the size. */
export type Edge = { size: number; hashes: readonly Buffer[] }

const sha256 = (data: string | Buffer) => hash('sha256', data, 'buffer') as Buffer

export const emptyRoot = sha256('')
export const emptyEdge: Edge = { size: 0, hashes: [] }

/** Of SHA-256. */
export const hashBytes = 32

/** SHA-256(0x00 ‖ entry), of an entry that is led by its NUL already. */
export const leafHash = (ledEntry: Buffer): Buffer => sha256(ledEntry)

/** Hashes that stand one after another. */
export const cutHashes = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.length / hashBytes }, (_, i) => bytes.subarray(i * hashBytes, (i + 1) * hashBytes))

const pair = Buffer.alloc(65, 1)

/** SHA-256(0x01 ‖ left ‖ right). */
function nodeHash(left: Buffer, right: Buffer): Buffer {
  left.copy(pair, 1)
  right.copy(pair, 33)
  return sha256(pair)
}

/** The root over a power of two of hashes, 32 bytes each, one after another. */
export function perfectRoot(hashes: Buffer): Buffer {
  let level = hashes
  while (level.length > 32) {
    const parents = Buffer.allocUnsafe(level.length / 2)
    for (let at = 0; at < level.length; at += 64) {
      level.copy(pair, 1, at, at + 64)
      sha256(pair).copy(parents, at / 2)
    }
    level = parents
  }
  return level
}

/** RFC 6962 2.1: the root of a tree is its perfect subtrees, folded from the right. */
export const rootOf = (edge: Edge): Buffer => (edge.size === 0 ? emptyRoot : fold(edge.hashes))

const fold = (hashes: readonly Buffer[]): Buffer => hashes.reduceRight((right, left) => nodeHash(left, right))

/** Result of appending leaves: the new edge, and a reader for every perfect subtree of the old edge and since. */
export type Growth = { from: number; edge: Edge; node: NodeReader; nodesAt: (height: number) => readonly Buffer[] }

/** Appends `leaves` (hashes) to a tree. Costs one hash a leaf, and what it keeps suffices to prove each new leaf. */
export function grow(old: Edge, leaves: readonly Buffer[]): Growth {
  const size = old.size + leaves.length
  const levels: Level[] = []
  let edgeLeft = old.hashes.length
  let made = leaves
  for (let height = 0; 2 ** height <= size; height += 1) {
    const before = Math.floor(old.size / 2 ** height)
    const level =
      before % 2 === 1
        ? { first: before - 1, hashes: [old.hashes[--edgeLeft]!, ...made] }
        : { first: before, hashes: made }
    levels.push(level)
    made = pairUp(level.hashes)
  }
  const node: NodeReader = (height, index) => levels[height]!.hashes[index - levels[height]!.first]!
  const nodesAt = (height: number) => {
    const level = levels[height]
    return level ? level.hashes.slice(Math.floor(old.size / 2 ** height) - level.first) : []
  }
  return {
    from: old.size,
    edge: { size, hashes: perfectNodes({ start: 0, end: size }).map(at => node(at.height, at.index)) },
    node,
    nodesAt,
  }
}

/** The perfect subtrees of one height; `first` is even, so that pairs stay together. */
type Level = { first: number; hashes: readonly Buffer[] }

function pairUp(hashes: readonly Buffer[]): Buffer[] {
  const parents: Buffer[] = []
  for (let i = 0; i + 1 < hashes.length; i += 2) parents.push(nodeHash(hashes[i]!, hashes[i + 1]!))
  return parents
}

/** The perfect subtrees that make up a span, left to right. The span must be one that RFC 6962's recursion makes. */
export function perfectNodes({ start, end }: Span): { height: number; index: number }[] {
  const nodes: { height: number; index: number }[] = []
  let at = start
  for (let height = Math.floor(Math.log2(Math.max(end - start, 1))) + 1; height >= 0; height -= 1) {
    const width = 2 ** height
    if (end - at < width) continue
    nodes.push({ height, index: at / width })
    at += width
  }
  return nodes
}

export const spanHash = (span: Span, node: NodeReader): Buffer =>
  fold(perfectNodes(span).map(({ height, index }) => node(height, index)))

/** RFC 6962 2.1.1: the spans whose hashes prove leaf `index` in a tree of `size`, from the leaf's sibling up. */
export function inclusionPath(index: number, size: number): Span[] {
  const path: Span[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + split(end - start)
    if (index < middle) {
      path.push({ start: middle, end })
      end = middle
    } else {
      path.push({ start, end: middle })
      start = middle
    }
  }
  return path.reverse()
}

/** RFC 6962 2.1.2: the spans whose hashes prove that the tree of `size` begins with the tree of size `from`. */
export function consistencyPath(from: number, size: number): Span[] {
  if (from === 0 || from === size) return []
  const path: Span[] = []
  let start = 0
  let end = size
  while (from !== end) {
    const middle = start + split(end - start)
    if (from <= middle) {
      path.push({ start: middle, end })
      end = middle
    } else {
      path.push({ start, end: middle })
      start = middle
    }
  }
  if (start > 0) path.push({ start, end })
  return path.reverse()
}

/** The largest power of two below `width`. */
function split(width: number): number {
  let power = 1
  while (power * 2 < width) power *= 2
  return power
}
