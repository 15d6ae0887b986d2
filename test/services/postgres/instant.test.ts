/** A stored moment that could not be read back (year 10000, before the year 1, before 1901 in Shanghai) stopped whole lists. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase({ migrated: false })
})
afterAll(() => database?.drop())

const earliest = Date.parse('-004712-01-01T00:00:00Z')
const latest = 8.64e15
/** The clocks of the last days would show more than a Date can. */
const beforeLatest = latest - 2 * 86_400_000

/** As PostgreSQL takes it: no year has a sign, and the one before 1 is 1 BC. */
function written(moment: number): string {
  const text = new Date(moment).toISOString()
  const year = new Date(moment).getUTCFullYear()
  const counted = String(year > 0 ? year : 1 - year).padStart(4, '0')
  return counted + text.slice(text.indexOf('-', 1)) + (year > 0 ? '' : ' BC')
}

test.each(['UTC', 'Asia/Shanghai', 'America/St_Johns'])(
  'every moment that PostgreSQL holds is read back, in %s',
  async zone => {
    const moment = fc.oneof(
      fc.integer({ min: earliest, max: beforeLatest }),
      fc.integer({ min: Date.parse('1880-01-01'), max: Date.parse('1930-01-01') }),
      fc.constantFrom(earliest, -62_135_596_800_001, -62_135_596_800_000, 253_402_300_800_000),
    )
    const client = await database.pool.connect()
    try {
      await client.query(`set timezone to '${zone}'`)
      await fc.assert(
        fc.asyncProperty(fc.array(moment, { minLength: 1, maxLength: 50 }), async moments => {
          const text = 'select at::timestamptz from unnest($1::text[]) with ordinality as t (at, n) order by n'
          const { rows } = await client.query<{ at: Date }>(text, [moments.map(written)])
          expect(rows.map(({ at }) => at.getTime())).toEqual(moments)
        }),
        { numRuns: 50 },
      )
    } finally {
      client.release(true)
    }
  },
)

test('what no Date can be is its first or last moment', async () => {
  const { rows } = await database.pool.query(
    `select 'infinity'::timestamptz as a, '-infinity'::timestamptz as b, '294276-12-31 23:59:59+00'::timestamptz as c`,
  )
  expect(rows).toEqual([{ a: new Date(latest), b: new Date(-latest), c: new Date(latest) }])
})
