import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  consistencyPath,
  emptyEdge,
  emptyRoot,
  grow,
  inclusionPath,
  leafHash,
  type NodeReader,
  rootOf,
  type Span,
  spanHash,
} from '../../../../../services/exchange/log/tree/merkle.ts'
import { naiveLeaf, naiveTree } from '../../../../support/naive-tree.ts'

const largest = 300
const leafOf = (entry: string) => leafHash(Buffer.from(`\0${entry}`))
const leaves = Array.from({ length: largest }, (_, i) => leafOf(`entry ${i}`))
const naive = naiveTree(leaves)
const hex = (hashes: readonly Buffer[]) => hashes.map(hash => hash.toString('hex'))
const isSame = (one: readonly Buffer[], other: readonly Buffer[]) => Buffer.concat(one).equals(Buffer.concat(other))
const hashesOf = (spans: readonly Span[], node: NodeReader) => spans.map(span => spanHash(span, node))

test('hashes are those of RFC 6962: empty tree, leaf and node', () => {
  expect(emptyRoot.toString('base64')).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
  expect(leafOf('a').toString('hex')).toBe('022a6979e6dab7aa5ae4c3e5e45f7e977112a7e63593820dbec1ec738a24f93c')
  const two = grow(emptyEdge, [leafOf('a'), leafOf('b')])
  expect(rootOf(two.edge).toString('hex')).toBe('b137985ff484fb600db93107c77b0365c80d78f5b429ded0fd97361d077999eb')
})

test('roots of the first eight sizes are the published vectors of Certificate Transparency', () => {
  const inputs = ['', '\0', '\x10', ' !', '01', '@ABC', 'PQRSTUVW', '`abcdefghijklmno']
  const roots = inputs.map((_, i) => rootOf(grow(emptyEdge, inputs.slice(0, i + 1).map(leafOf)).edge).toString('hex'))
  expect(roots).toEqual([
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ])
})

test('leaf hashes of the two implementations agree beyond ASCII', () => {
  expect(leafOf('{"zh":"调用日志"}')).toEqual(naiveLeaf('{"zh":"调用日志"}'))
})

test(`every size to ${largest} has the root and every inclusion proof of the naive tree`, () => {
  for (let size = 1; size <= largest; size += 1) {
    const growth = grow(emptyEdge, leaves.slice(0, size))
    expect(rootOf(growth.edge)).toEqual(naive.root(size))
    for (let index = 0; index < size; index += 1) {
      const proof = hashesOf(inclusionPath(index, size), growth.node)
      const expected = naive.path(index, size)
      if (!isSame(proof, expected))
        expect({ size, index, proof: hex(proof) }).toEqual({ size, index, proof: hex(expected) })
    }
  }
})

test(`every pair of sizes to ${largest} has the consistency proof of the naive tree`, () => {
  const { node } = grow(emptyEdge, leaves)
  for (let size = 1; size <= largest; size += 1) {
    for (let from = 0; from <= size; from += 1) {
      const proof = hashesOf(consistencyPath(from, size), node)
      const expected = naive.consistency(from, size)
      if (!isSame(proof, expected))
        expect({ size, from, proof: hex(proof) }).toEqual({ size, from, proof: hex(expected) })
    }
  }
})

test('the edge and the batch alone prove each new leaf, however the tree grew before', () => {
  const batches = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(batches, sizes => {
      let edge = emptyEdge
      for (const count of sizes) {
        const growth = grow(edge, leaves.slice(edge.size, edge.size + count))
        const { size } = growth.edge
        for (let index = growth.from; index < size; index += 1) {
          const proof = hashesOf(inclusionPath(index, size), growth.node)
          if (!isSame(proof, naive.path(index, size))) return false
        }
        if (!rootOf(growth.edge).equals(naive.root(size))) return false
        edge = growth.edge
      }
      return true
    }),
    { numRuns: 60 },
  )
})
