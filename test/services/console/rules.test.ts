/**
 * The rules that the console's pages show. Keeps out: a search that drops or alters what was typed, a partial refusal shown as
 * permitted.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Entry, outcomeOf } from '../../../services/console/src/pages/auditor/entry.ts'
import { emptyFilter, type Filter, readFilter } from '../../../services/console/src/pages/auditor/filter.ts'
import { subjectsIn } from '../../../services/console/src/pages/auditor/subjects.ts'
import { thirtyDays } from '../../../services/console/src/pages/steward/thirty-days.ts'
import { lineDifference, nearChanges } from '../../../services/console/src/parts/line-difference.ts'
import { subjectFaults } from '../../../services/contract/read-subject.ts'
import { usccOf } from '../../../services/local/city/credit-code.ts'
import { repository } from '../../../services/local/places.ts'
import { alice } from '../../support/city-department.ts'

const pages = join(repository, 'services/console/src')

test('of two texts only what changed is shown, with three lines around it', () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}`)
  const after = before.toSpliced(10, 1, 'another line')
  const shown = nearChanges(lineDifference(before.join('\n'), after.join('\n')))
  expect(shown.filter(({ kind }) => kind !== 'same')).toEqual([
    { kind: 'gap', lines: 7 },
    { kind: 'removed', text: 'line 10' },
    { kind: 'added', text: 'another line' },
    { kind: 'gap', lines: 6 },
  ])
  expect(shown.filter(({ kind }) => kind === 'same')).toHaveLength(6)
})

/** Most codes have letters; some have none. */
const digits = Array.from({ length: 1_000 }, (_, number) => usccOf('91310000', String(number).padStart(8, '0'))).find(
  code => /^\d+$/.test(code),
)!

test('a credit code of digits alone is no person, and a list with a wrong id is not taken at all', () => {
  const ids = [
    { type: 'person', id: alice },
    { type: 'organisation', id: digits },
  ]
  expect(subjectsIn(`${alice.toLowerCase()},\n ${digits}`)).toEqual({ subjects: ids })
  expect(subjectsIn(`${alice}\n\n110105194912310021`)).toEqual({
    wrong: [{ line: 3, why: subjectFaults['person-check'] }],
  })
  expect(subjectsIn(' ,;\n')).toEqual({ wrong: [{ line: 1, why: subjectFaults.missing }] })
})

describe('a search of the log', () => {
  const typed = fc.record(
    Object.fromEntries(
      Object.keys(emptyFilter()).map(field => [field, fc.oneof(fc.constant(''), fc.string({ unit: 'binary' }))]),
    ),
  )
  const times = fc.constantFrom('', '2026-03-02T09:00', '2026-03-03T00:30')
  const ids = fc.oneof(
    fc.constantFrom('', '123', alice, ` ${alice.toLowerCase()}`),
    fc.stringMatching(/^[\dX]{17,19}$/),
  )
  const types = fc.constantFrom('', 'person', 'organisation')
  const filters = fc
    .tuple(typed, times, times, ids, types)
    .map(
      ([words, from, until, subjectId, subjectType]) => ({ ...words, from, until, subjectId, subjectType }) as Filter,
    )

  test('asks for everything that is filled in, or says at which field it cannot: nothing is dropped', () => {
    fc.assert(
      fc.property(filters, filter => {
        const read = readFilter(filter)
        const filled = Object.keys(filter).filter(
          field => filter[field as keyof Filter] !== '' && field !== 'subjectType',
        )
        if ('wrong' in read) return expect(Object.keys(read.wrong)).not.toEqual([])
        const asked = Object.keys(read.question).map(field => (field === 'subject' ? 'subjectId' : field))
        expect(asked.toSorted()).toEqual(filled.toSorted())
      }),
      { numRuns: 2_000 },
    )
  })

  test('has the times of the city, wherever the browser is', () => {
    const read = readFilter({ ...emptyFilter(), from: '2026-03-02T09:00' })
    expect(read).toEqual({ question: { from: '2026-03-02T01:00:00.000Z' } })
  })

  test('takes a code that fails its check where it is said to be an organisation’s: its naming may have been withdrawn', () => {
    const subject = { type: 'organisation', id: '91350203M0001QQ7X3' } as const
    const read = readFilter({ ...emptyFilter(), subjectId: subject.id, subjectType: subject.type })
    expect(read).toEqual({ question: { subject } })
  })

  test.each<[Partial<Filter>, keyof Filter]>([
    [{ subjectId: '123' }, 'subjectId'],
    [{ subjectId: '110105194912310021' }, 'subjectId'],
    [{ subjectType: 'person' }, 'subjectId'],
    [{ subjectId: alice, subjectType: 'organisation' }, 'subjectId'],
    [{ subjectId: '91350203M0001QQ7X3' }, 'subjectId'],
    [{ code: 'CONSENT_MISING' }, 'code'],
    [{ from: '2026-03-02T09:00', until: '2026-03-02T09:00' }, 'until'],
  ])('%j is wrong at %s', (filled, field) => {
    const read = readFilter({ ...emptyFilter(), ...filled })
    expect('wrong' in read && Object.keys(read.wrong)).toEqual([field])
  })
})

test('a pull that was given something and refused something is neither permitted nor refused', () => {
  const entry = (decision: string, ...results: string[]) =>
    ({ decision, content: { results: results.map(each => ({ dataset: 'a.b', decision: each })) } }) as unknown as Entry
  expect(outcomeOf(entry('permit', 'permit', 'permit'))).toBe('permit')
  expect(outcomeOf(entry('permit', 'permit', 'refuse'))).toBe('partial')
  expect(outcomeOf(entry('refuse', 'refuse', 'refuse'))).toBe('refuse')
})

test('no field of a page cuts what is pasted into it', async () => {
  const cutting: string[] = []
  for (const name of await readdir(pages, { recursive: true })) {
    if (!name.endsWith('.vue')) continue
    if (/maxlength/.test(await readFile(join(pages, name), 'utf8'))) cutting.push(name)
  }
  expect(cutting).toEqual([])
})

test('thirty days of the city end with its today, and days without figures are empty', () => {
  const known = { day: '2026-03-01', messages: 4, permits: 3, refusals: 0 }
  const days = thirtyDays([known], new Date('2026-03-02T17:00:00Z'))
  expect([days[0]!.day, days.at(-1)!.day, days.length]).toEqual(['2026-02-02', '2026-03-03', 30])
  expect(days.find(({ messages }) => messages > 0)).toEqual(known)
})
