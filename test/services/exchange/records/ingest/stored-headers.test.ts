/** Headers that are bytes became replacement characters in the registry: a replay, and a copy, had lost the schema's GUID. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { HeaderValue } from '../../../../../services/contract/envelope.ts'
import { restoredHeaders, storedHeaders } from '../../../../../services/exchange/records/ingest/stored-headers.ts'

const bytes = fc.uint8Array({ maxLength: 30 }).map(some => Buffer.from(some))
const one = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), bytes, fc.constant(null), fc.constant('a\0b'))
const value = fc.oneof<fc.Arbitrary<HeaderValue | HeaderValue[]>[]>(one, fc.array(one, { maxLength: 3 }))
const name = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  fc.constantFrom('ce_id', 'x;base64', 'x', '__proto__'),
)
const inBytes = (all: HeaderValue | HeaderValue[] | undefined): unknown =>
  Array.isArray(all) ? all.map(inBytes) : all === null || all === undefined ? null : Buffer.from(all).toString('hex')

test('what jsonb holds of headers gives back every byte of them', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 8 }), entries => {
      const kept = JSON.parse(JSON.stringify(storedHeaders(Object.fromEntries(entries))))
      expect(JSON.stringify(kept)).not.toContain('\\u0000')
      const back = restoredHeaders(kept)
      expect(Object.keys(back).sort()).toEqual(entries.map(([key]) => key).sort())
      for (const [key, given] of entries) expect(inBytes(back[key])).toEqual(inBytes(given))
    }),
  )
})

test('of too many headers, those that the hub reads are kept, and of each its first 1,000 bytes', () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`a-${at}`, 'x']))
  const guid = Buffer.from(`01${'f'.repeat(32)}`, 'hex')
  const kept = restoredHeaders(
    storedHeaders({ ...many, __value_schema_id: guid, 'content-type': 'application/json', ce_id: 'x'.repeat(2_000) }),
  )
  expect(Object.keys(kept)).toHaveLength(50)
  expect(kept).toMatchObject({ __value_schema_id: guid, 'content-type': 'application/json', ce_id: 'x'.repeat(1_000) })
})
