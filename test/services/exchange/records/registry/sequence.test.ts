/**
 * Newest did not win: of two framed messages in one millisecond the later one was rejected; a sequence that came once in
 * microseconds made every later revocation in milliseconds an older version, unseen.
 */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sequenceRule } from '../../../../../services/exchange/records/registry/sequence.ts'
import { placeVersions, type StandingRecord } from '../../../../../services/exchange/records/registry/version.ts'

const now = new Date('2026-11-30T10:00:00Z')
const seconds = now.getTime() / 1_000
const milliseconds = now.getTime()
const microseconds = now.getTime() * 1_000
const since1900 = now.getTime() - Date.UTC(1900, 0, 1)
const digits = 20261130180000
const faultOf = sequenceRule(now)

test.each<[string, number, number | undefined, string | undefined]>([
  ['the next count', 58, 57, undefined],
  ['a count that skips a hundred thousand', 100_057, 57, undefined],
  ['a first clock after a count', milliseconds, 1, undefined],
  ['the next millisecond', milliseconds, milliseconds - 1, undefined],
  [
    'a change of 2026 after one of 1950, in milliseconds since 1900',
    since1900,
    Date.UTC(1950) - Date.UTC(1900),
    undefined,
  ],
  ['an older millisecond', milliseconds - 1, milliseconds, undefined],
  ['digits of the next second', digits, digits - 1, undefined],
  ['microseconds, first', microseconds, undefined, undefined],
  ['microseconds after milliseconds', microseconds, milliseconds, 'SEQUENCE_LEAPS'],
  ['milliseconds after seconds', milliseconds, seconds, 'SEQUENCE_LEAPS'],
  ['digits after milliseconds', digits, milliseconds, 'SEQUENCE_LEAPS'],
  ['ahead of every clock, first', 9e15, undefined, 'SEQUENCE_LEAPS'],
  ['microseconds of the day after tomorrow', microseconds + 2 * 86_400e6, microseconds, 'SEQUENCE_LEAPS'],
  ['milliseconds after microseconds', milliseconds, microseconds, 'SEQUENCE_BEHIND'],
  ['a count after a clock', 2, milliseconds, 'SEQUENCE_BEHIND'],
])('%s: %d after %d is %s', (_what, sequence, standing, fault) => {
  expect(faultOf(sequence, standing)).toBe(fault)
})

test('no clock that only goes on ever leaps or is behind, in whatever unit and whichever order', () => {
  const unit = fc.constantFrom(
    (at: number) => Math.floor(at / 1_000),
    (at: number) => at,
    (at: number) => at * 1_000,
  )
  const moment = fc.integer({ min: Date.UTC(1991, 0, 1), max: now.getTime() })
  fc.assert(
    fc.property(unit, moment, moment, (write, one, other) => {
      expect(faultOf(write(one), write(other))).toBeUndefined()
    }),
  )
})

type Framed = { key: string; sequence: number; eventId: string; byTime: true }

test('of framed messages in one millisecond the last of the partition counts, however they come in chunks and again', () => {
  const time = fc.integer({ min: 0, max: 2 }).map(later => milliseconds - later)
  const chunks = fc.array(fc.array(time, { maxLength: 6 }), { maxLength: 5 })
  fc.assert(
    fc.property(chunks, fc.integer({ min: 0, max: 29 }), (times, again) => {
      let offset = 0
      const messages = times.map(chunk =>
        chunk.map((sequence): Framed => {
          const eventId = `kafka:${sequence}:${offset++}`
          return { key: 'K', sequence, eventId, byTime: true }
        }),
      )
      const stored = new Map<number, string>()
      const take = (chunk: Framed[]) => {
        const past = [...stored].map(([sequence, eventId]): StandingRecord => ({ key: 'K', sequence, eventId }))
        const newest = past.toSorted((a, b) => b.sequence - a.sequence).slice(0, 1)
        const placed = placeVersions(chunk, newest, past, now)
        for (const { sequence, eventId } of [...placed.newest, ...placed.older]) stored.set(sequence, eventId)
        return placed
      }
      for (const chunk of messages) {
        const placed = take(chunk)
        expect(placed.reused).toEqual([])
        expect(placed.faulty.size).toBe(0)
      }
      const all = messages.flat()
      expect(stored.size).toBe(all.length)
      const latest = Math.max(...all.map(({ sequence }) => sequence))
      const last = all.filter(({ sequence }) => sequence === latest).at(-1)
      if (last) expect(stored.get(Math.max(...stored.keys()))).toBe(lastOf(all))
      expect(take(all.slice(again)).duplicates).toHaveLength(Math.max(0, all.length - again))
    }),
  )
})

/** The newest by time; where times are within a few milliseconds the place in the partition may outdo them. */
function lastOf(all: Framed[]): string {
  const taken = new Map<number, string>()
  for (const { sequence, eventId } of all) {
    let at = sequence
    while (taken.has(at)) at += 1
    taken.set(at, eventId)
  }
  return taken.get(Math.max(...taken.keys()))!
}

test('of two in one millisecond the second is what is kept, and both are', () => {
  const framed = (offset: number): Framed => ({
    ...{ key: 'K', sequence: milliseconds, byTime: true },
    eventId: `kafka:${milliseconds}:${offset}`,
  })
  const placed = placeVersions([framed(5), framed(6)], [], [], now)
  expect(placed.newest).toEqual([{ ...framed(6), sequence: milliseconds + 1 }])
  expect(placed.older).toEqual([framed(5)])
})

test('what stands and was reset yields to the next version, and the same event again is still nothing', () => {
  const standing = { key: 'K', sequence: microseconds, eventId: 'wrong', yields: true }
  const next = { key: 'K', sequence: milliseconds, eventId: 'right' }
  expect(placeVersions([next], [standing], [], now)).toMatchObject({ newest: [next], superseded: ['K'] })
  const again = { key: 'K', sequence: microseconds, eventId: 'wrong' }
  expect(placeVersions([again], [standing], [], now)).toMatchObject({ duplicates: [again], newest: [] })
})
