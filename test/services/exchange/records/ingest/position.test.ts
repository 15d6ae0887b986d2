/** Where reading goes on: the fault kept out is a topic made anew, or emptied by retention, of which records are passed over. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Found, goOn, type Stood } from '../../../../../services/exchange/records/ingest/position.ts'

const movedAt = new Date('2026-11-01T00:00:00Z')
const stood = (next: number, topicId: string | undefined = 'a'): Stood => ({ next, topicId, movedAt })
const found = (start: number, end: number, more: Partial<Found> = {}): Found => ({ id: 'a', start, end, ...more })

test.each<[string, Stood | undefined, Found, ReturnType<typeof goOn>]>([
  ['nothing was read', undefined, found(0, 9), { next: 0 }],
  ['all is as it was', stood(5), found(0, 9), { next: 5 }],
  ['all was read', stood(9), found(0, 9), { next: 9 }],
  ['all was read, and retention emptied the log', stood(9), found(9, 9), { next: 9 }],
  ['made anew, shorter', stood(9), found(0, 5, { id: 'b' }), { next: 0, broken: { what: 'made-anew', stood: 9 } }],
  ['made anew, longer', stood(5), found(0, 9, { id: 'b' }), { next: 0, broken: { what: 'made-anew', stood: 5 } }],
  ['made anew, as long', stood(5), found(0, 5, { id: 'b' }), { next: 0, broken: { what: 'made-anew', stood: 5 } }],
  ['made anew, nothing read', stood(0), found(0, 5, { id: 'b' }), { next: 0, broken: { what: 'made-anew', stood: 0 } }],
  ['cut short', stood(9), found(2, 5), { next: 2, broken: { what: 'cut-short', stood: 9 } }],
  ['retention passed', stood(3), found(7, 9), { next: 7, broken: { what: 'gone', from: 3, to: 6 } }],
  ['retention passed unread', undefined, found(7, 9), { next: 7, broken: { what: 'gone', from: 0, to: 6 } }],
  ['the broker says no id', stood(5), found(0, 9, { id: undefined }), { next: 5 }],
  ['no id yet, nothing newer', { ...stood(5), topicId: undefined }, found(0, 9), { next: 5 }],
  [
    'no id yet, what was read is older',
    { ...stood(5), topicId: undefined },
    found(0, 9, { firstNewer: 5 }),
    { next: 5 },
  ],
  [
    'no id yet, what was read is newer than its reading',
    { ...stood(5), topicId: undefined },
    found(0, 9, { firstNewer: 0 }),
    { next: 0, broken: { what: 'made-anew', stood: 5 } },
  ],
])('%s', (_what, before, now, expected) => {
  expect(goOn(before, now)).toEqual(expected)
})

const logs = fc.record({ start: fc.nat(50), length: fc.nat(50), id: fc.constantFrom('a', 'b', undefined) })
const before = fc.option(fc.record({ next: fc.nat(120), id: fc.constantFrom('a', 'b', undefined) }), { nil: undefined })

test('no message of the log is passed over in silence, and reading never begins outside of the log', () => {
  fc.assert(
    fc.property(before, logs, (memory, { start, length, id }) => {
      const end = start + length
      const { next, broken } = goOn(memory && { next: memory.next, topicId: memory.id, movedAt }, { id, start, end })
      expect(next).toBeGreaterThanOrEqual(start)
      expect(next).toBeLessThanOrEqual(end)
      const isSame = !memory?.id || !id || memory.id === id
      // Without a word only what was read of this very topic is left out.
      if (!broken) expect(next).toBe(memory?.next ?? 0)
      if (!broken && (memory?.next ?? 0) > 0) expect(isSame).toBe(true)
    }),
  )
})
