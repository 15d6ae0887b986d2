/** Keeps out: packed rows that give back other bytes than were hashed, or hashes that depend on how pulls came together. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canonicalJson, type Json } from '../../../../../services/contract/canonical-json.ts'
import { emptyEdge, grow, rootOf } from '../../../../../services/exchange/log/tree/merkle.ts'
import { packEntries, unpackEntries } from '../../../../../services/exchange/log/tree/packed-entries.ts'
import { naiveLeaf, naiveTree } from '../../../../support/naive-tree.ts'

/** Canonical JSON of anything, with every character that JSON can carry, NUL among them. */
const texts = (most: number) =>
  fc
    .array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' })), {
      minLength: 1,
      maxLength: most,
    })
    .map(values => values.map(value => canonicalJson({ ...(value as { [key: string]: Json }), nul: '\0' })))

const unpacked = (rows: ReturnType<typeof packEntries>['rows']) =>
  rows.flatMap(({ entries, size }) => unpackEntries(entries, size))

test('what is packed is unpacked to the byte, in rows of one bundle each, with the hash of each entry', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), texts(40), fc.integer({ min: 1, max: 20 }), (first, some, times) => {
      const entries = Array.from({ length: times }, () => some).flat()
      const { rows, leaves } = packEntries(first, entries)
      expect(unpacked(rows)).toEqual(entries)
      expect(leaves).toEqual(entries.map(naiveLeaf))
      expect(Buffer.concat(rows.map(row => row.leaves))).toEqual(Buffer.concat(leaves))
      let next = first
      for (const row of rows) {
        expect(row.first).toBe(next)
        expect(Math.floor((row.first + row.size - 1) / 256)).toBe(Math.floor(row.first / 256))
        next += row.size
      }
      expect(next).toBe(first + entries.length)
    }),
    { numRuns: 60 },
  )
})

test('however entries are split into batches, the root is the one of all', () => {
  fc.assert(
    fc.property(
      texts(30),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }),
      (some, sizes) => {
        const entries: string[] = []
        let edge = emptyEdge
        for (const size of sizes) {
          const batch = Array.from({ length: size }, (_, i) => some[i % some.length]!)
          const { rows, leaves } = packEntries(edge.size, batch)
          expect(unpacked(rows)).toEqual(batch)
          edge = grow(edge, leaves).edge
          entries.push(...batch)
        }
        expect(rootOf(edge)).toEqual(naiveTree(entries.map(naiveLeaf)).root(entries.length))
      },
    ),
    { numRuns: 30 },
  )
})

test('few entries stay plain and many are compressed; both are told by their first bytes', () => {
  const pack = (count: number) =>
    packEntries(
      0,
      Array.from({ length: count }, (_, n) => `{"n":${n}}`),
    ).rows[0]!.entries
  expect(pack(7).toString()).toBe('\0{"n":0}\0{"n":1}\0{"n":2}\0{"n":3}\0{"n":4}\0{"n":5}\0{"n":6}')
  expect(pack(8).subarray(0, 4)).toEqual(Buffer.from('28b52ffd', 'hex'))
})
