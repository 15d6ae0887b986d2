/**
 * Checking a Merkle tree of RFC 6962. Written apart from the hub's own code and by other algorithms (RFC 9162, sections
 * 2.1.3.2 and 2.1.4.2, and a binary counter), so that no mistake is made twice.
 */
import { hash } from 'node:crypto'

export const sha256 = (data: Buffer | string) => hash('sha256', data, 'buffer') as Buffer
const emptyRoot = sha256('')
const joined = Buffer.alloc(65, 1)

/** SHA-256(0x01 ‖ left ‖ right). */
function nodeHash(left: Buffer, right: Buffer): Buffer {
  joined.set(left, 1)
  joined.set(right, 33)
  return sha256(joined)
}

/** SHA-256(0x00 ‖ entry). */
export const leafHash = (entry: Buffer): Buffer => sha256(Buffer.concat([Buffer.of(0), entry]))

export type Sized = { size: number; root: Buffer }
export type TreeState = { size: number; edge: Buffer[] }

/** Called for each perfect subtree of 256, 256^2, ... leaves as it is completed: what tiles of level 1, 2, ... hold. */
export type OnSubtree = (level: number, index: number, hash: Buffer) => void

/** A tree that grows leaf by leaf and knows its root. `state` is all it needs to go on later. */
export function createTree(state: TreeState = { size: 0, edge: [] }, onSubtree?: OnSubtree) {
  // subtrees[h] is the perfect subtree of height h, where the binary digit h of the size is 1.
  const subtrees: (Buffer | undefined)[] = []
  const standing = [...state.edge]
  for (let height = 0, left = state.size; left > 0; height += 1, left = Math.floor(left / 2)) {
    subtrees[height] = left % 2 === 1 ? standing.pop() : undefined
  }
  let size = state.size
  return {
    size: () => size,
    append(leaf: Buffer): void {
      let hashed = leaf
      let height = 0
      for (let left = subtrees[0]; left !== undefined; left = subtrees[height]) {
        hashed = nodeHash(left, hashed)
        subtrees[height] = undefined
        height += 1
        if (onSubtree && height % 8 === 0) onSubtree(height / 8, Math.floor(size / 2 ** height), hashed)
      }
      subtrees[height] = hashed
      size += 1
    },
    root: (): Buffer => {
      const present = subtrees.filter(subtree => subtree !== undefined)
      return present.length === 0 ? sha256('') : present.reduce((right, left) => nodeHash(left, right))
    },
    state: (): TreeState => ({ size, edge: subtrees.filter(subtree => subtree !== undefined).reverse() }),
  }
}

export type Tree = ReturnType<typeof createTree>

/** RFC 9162, 2.1.3.2: whether `path` leads from leaf `index` to the root of the tree. */
export function isIncluded(index: number, leaf: Buffer, path: readonly Buffer[], { size, root }: Sized): boolean {
  if (index >= size) return false
  let at = index
  let last = size - 1
  let hashed = leaf
  for (const sibling of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hashed = nodeHash(sibling, hashed)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else {
      hashed = nodeHash(hashed, sibling)
    }
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && hashed.equals(root)
}

/** RFC 9162, 2.1.4.2: whether `path` proves that the tree `after` begins with the tree `before`. */
export function isConsistent(before: Sized, after: Sized, path: readonly Buffer[]): boolean {
  // An empty tree begins every tree, and has the hash of nothing for its root (2.1.1).
  if (after.size === 0 && !after.root.equals(emptyRoot)) return false
  if (before.size === 0) return path.length === 0
  if (before.size === after.size) return path.length === 0 && before.root.equals(after.root)
  if (before.size > after.size || path.length === 0) return false
  const hashes = isPowerOfTwo(before.size) ? [before.root, ...path] : [...path]
  let at = before.size - 1
  let last = after.size - 1
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  let first = hashes.shift()!
  let second = first
  for (const hashed of hashes) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      first = nodeHash(hashed, first)
      second = nodeHash(hashed, second)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else {
      second = nodeHash(second, hashed)
    }
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && first.equals(before.root) && second.equals(after.root)
}

function isPowerOfTwo(size: number): boolean {
  let left = size
  while (left % 2 === 0) left /= 2
  return left === 1
}
