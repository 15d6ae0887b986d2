/**
 * Keeps out: an id that is dropped or taken for another kind of subject because of how it was typed: 17 or 19 characters, a
 * lower-case x, full-width digits, blanks. Each would show an auditor a whole log, or a false all-clear.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { failures } from '../../../services/contract/failure.ts'
import { isInKnownProvince } from '../../../services/contract/formats/province.ts'
import { isResidentId, residentIdCheck } from '../../../services/contract/formats/resident-id.ts'
import { isUscc } from '../../../services/contract/formats/uscc.ts'
import {
  checkSubject,
  isFault,
  readSubject,
  type SubjectFault,
  subjectFaults,
} from '../../../services/contract/read-subject.ts'
import { usccOf } from '../../../services/local/city/credit-code.ts'

const provinces = ['11', '31', '44', '51', '65', '71', '81', '82', '83']
const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
const people = fc
  .tuple(fc.constantFrom(...provinces), fc.nat(9999), days, fc.nat(999))
  .map(([province, area, born, number]) => {
    const digits = [
      String(area).padStart(4, '0'),
      born.toISOString().slice(0, 10).replaceAll('-', ''),
      String(number).padStart(3, '0'),
    ]
    const firstSeventeen = province + digits.join('')
    return firstSeventeen + residentIdCheck(firstSeventeen)
  })
const organisations = fc
  .tuple(fc.constantFrom('11', '51', '91', '92', '93'), fc.constantFrom('310000', '110108'), fc.nat(99_999_999))
  .map(([kind, region, number]) => usccOf(kind + region, String(number).padStart(8, '0')))

/** What people do to an id on its way into a field. */
const unseen = fc.constantFrom('', '', '', ' ', '\u3000', '\t', '\n', '\u200b', '\u202a', '\ufeff', '\u00ad', '\u00a0')
const wide = (character: string) => String.fromCharCode(character.charCodeAt(0) + 0xfee0)
const typings = (id: string) =>
  fc
    .array(fc.tuple(unseen, fc.constantFrom('as-is', 'lower', 'wide', 'wide-lower')), { minLength: 19, maxLength: 19 })
    .map(habits =>
      habits
        .map(([mark, way], at) => {
          const character = way.endsWith('lower') ? id.charAt(at).toLowerCase() : id.charAt(at)
          return mark + (way.startsWith('wide') && character ? wide(character) : character)
        })
        .join(''),
    )

describe('an id however it is typed', () => {
  test('names the person that it is the id of', () => {
    const typed = people.chain(id => fc.tuple(fc.constant(id), typings(id)))
    fc.assert(
      fc.property(typed, ([id, text]) => {
        expect(readSubject(text, 'person')).toEqual({ type: 'person', id })
        expect(readSubject(text)).toEqual(isUscc(id) ? 'either' : { type: 'person', id })
      }),
      { numRuns: 1_000 },
    )
  })

  test('names the organisation that it is the code of', () => {
    const typed = organisations.chain(id => fc.tuple(fc.constant(id), typings(id)))
    fc.assert(
      fc.property(typed, ([id, text]) => {
        expect(readSubject(text, 'organisation')).toEqual({ type: 'organisation', id })
        expect(readSubject(text)).toEqual(isResidentId(id) ? 'either' : { type: 'organisation', id })
      }),
      { numRuns: 1_000 },
    )
  })

  test('of any text either is a subject, checked to its last character, or has its fault named', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\dXx]{14,20}$/)), text => {
        const read = readSubject(text)
        if (isFault(read)) expect(subjectFaults[read].zh).toMatch(/\p{Script=Han}/u)
        else expect(read.type === 'person' ? isResidentId(read.id) : isUscc(read.id)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('with one character wrong is never another subject', () => {
    const changed = fc.tuple(people, fc.nat(17), fc.constantFrom(...'0123456789X'))
    fc.assert(
      fc.property(changed, ([id, at, character]) => {
        const wrong = id.slice(0, at) + character + id.slice(at + 1)
        fc.pre(wrong !== id)
        expect(['person-check', 'region', 'birth-date', 'characters']).toContain(readSubject(wrong, 'person'))
      }),
      { numRuns: 1_000 },
    )
  })
})

test('a number that is a person’s id and an organisation’s code asks which', () => {
  const both = idOfBothKinds()
  expect(readSubject(both)).toBe('either')
  expect(readSubject(both, 'person')).toEqual({ type: 'person', id: both })
  expect(readSubject(both, 'organisation')).toEqual({ type: 'organisation', id: both })
})

/** Of 340 ids from some regions one is such; found by trying. */
function idOfBothKinds(): string {
  for (let number = 0; number < 1_000_000; number += 1) {
    const firstSeventeen = `511102${1950 + (number % 50)}01${String(1 + (Math.floor(number / 50) % 28)).padStart(2, '0')}${String(Math.floor(number / 1400) % 1000).padStart(3, '0')}`
    const id = firstSeventeen + residentIdCheck(firstSeventeen)
    if (isResidentId(id) && isUscc(id)) return id
  }
  throw new Error('none found')
}

test.each<[string, SubjectFault]>([
  ['', 'missing'],
  [' \u200b', 'missing'],
  ['310104-19880619-997X', 'characters'],
  ['31010419880619997×', 'characters'],
  ['٣١٠١٠٤١٩٨٨٠٦١٩٩٩٧X', 'characters'],
  ['123', 'length'],
  ['31010419880619997', 'length'],
  ['110105491231002', 'first-generation'],
  ['110105194912310021', 'person-check'],
  ['11010519491231002x1', 'length'],
  ['913100006073633988', 'organisation-check'],
  ['91350100M000100Y44', 'organisation-check'],
])('%j is told %s', (typed, fault) => expect(readSubject(typed)).toBe(fault))

test.each<[string, SubjectFault]>([
  ['900105194912310029', 'region'],
  ['110105194902300026', 'birth-date'],
  ['91350100M000100Y43', 'characters'],
])('of a person %j is told %s', (typed, fault) => expect(readSubject(typed, 'person')).toBe(fault))

test('the Roman ten of Chinese input methods is the check character', () => {
  expect(readSubject('11010519491231002Ⅹ')).toEqual({ type: 'person', id: '11010519491231002X' })
})

test('an interface takes an id as it is written or refuses it, and says why, without the id', () => {
  expect(checkSubject({ type: 'person', id: '11010519491231002X' }, '/subject/id')).toBe(undefined)
  const refused = checkSubject({ type: 'person', id: '11010519491231002x' }, '/subject/id')
  expect(refused).toMatchObject({
    failure: 'SUBJECT_INVALID',
    pointer: '/subject/id',
    detail: subjectFaults.unwritten.en,
  })
  expect(failures.SUBJECT_INVALID.status).toBe(422)
  expect(JSON.stringify(refused)).not.toContain('1949')
})

test('the provinces are those of the standard', async () => {
  const { isDivisionCode } = await import('../../../services/contract/formats/division-code.ts')
  for (let code = 10; code < 100; code += 1) {
    expect([code, isInKnownProvince(String(code))]).toEqual([code, isDivisionCode(`${code}0000`)])
  }
})
