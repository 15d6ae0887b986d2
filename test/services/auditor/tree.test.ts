import { expect, test } from '@jest/globals'
import { createTree, isConsistent, isIncluded, leafHash } from '../../../services/auditor/tree.ts'
import { naiveLeaf, naiveTree } from '../../support/naive-tree.ts'

const largest = 300
const leaves = Array.from({ length: largest }, (_, i) => leafHash(Buffer.from(`entry ${i}`)))
/** All to 140 (past the seventh power of two), and those around 256, where a subtree is completed; all to 300 take four times as long. */
const sizes = Array.from({ length: largest }, (_, i) => i + 1).filter(size => size <= 140 || (size > 252 && size < 261))
const naive = naiveTree(leaves)
const other = naiveLeaf('another')

test('a tree that grows leaf by leaf has the naive root at every size, also when it goes on from its state', () => {
  let tree = createTree()
  expect(tree.root()).toEqual(naive.root(0))
  for (const [i, leaf] of leaves.entries()) {
    tree.append(leaf)
    expect(tree.root()).toEqual(naive.root(i + 1))
    if (i % 7 === 0) tree = createTree(tree.state())
  }
})

test('completed subtrees of 256 leaves are told with their place', () => {
  const told: [number, number, string][] = []
  const tree = createTree(undefined, (level, index, hash) => told.push([level, index, hash.toString('hex')]))
  for (const leaf of leaves) tree.append(leaf)
  expect(told).toEqual([[1, 0, naive.root(256).toString('hex')]])
})

test('every inclusion proof to size 140, and around 256, is accepted, and none for another leaf, index, size or root', () => {
  for (const size of sizes) {
    const root = naive.root(size)
    for (let index = 0; index < size; index += 1) {
      const path = naive.path(index, size)
      const leaf = leaves[index]!
      const wrong = [
        isIncluded(index, other, path, { size, root }),
        isIncluded(index + 1, leaf, path, { size, root }),
        isIncluded(index, leaf, path, { size, root: other }),
        isIncluded(index, leaf, [...path, other], { size, root }),
        path.length > 0 && isIncluded(index, leaf, path.slice(1), { size, root }),
      ]
      if (!isIncluded(index, leaf, path, { size, root }) || wrong.some(Boolean))
        expect({ size, index, wrong }).toBeUndefined()
    }
  }
})

test('every consistency proof to size 140, and around 256, is accepted, and none for another history', () => {
  for (const size of sizes) {
    const after = { size, root: naive.root(size) }
    for (let from = 0; from <= size; from += 1) {
      const before = { size: from, root: naive.root(from) }
      const path = naive.consistency(from, size)
      const wrong = [
        from > 0 && isConsistent({ size: from, root: other }, after, path),
        isConsistent(before, after, [...path, other]),
        from > 0 && from < size && isConsistent(before, { size, root: other }, path),
        path.length > 0 && isConsistent(before, after, path.slice(1)),
      ]
      if (!isConsistent(before, after, path) || wrong.some(Boolean)) expect({ size, from, wrong }).toBeUndefined()
    }
  }
})
