/** Keeps out: a person whose document nobody thought of, and two documents taken for one because their numbers look alike. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  birthDateIn,
  documentIn,
  isPersonId,
  oldCardCheck,
  personIdLengthMax,
} from '../../../../services/contract/formats/person-id.ts'
import { residentIdCheck } from '../../../../services/contract/formats/resident-id.ts'
import { anyPersonId, personIds } from '../../../support/person-ids.ts'
import { withOneCharacterChanged } from './one-character.ts'

const numbered = (firstSeventeen: string) => firstSeventeen + residentIdCheck(firstSeventeen)

describe('person-id', () => {
  test.each([
    ['a citizen’s number', '11010519491231002X'],
    ['one with the code of a county abolished since', numbered('31010319790101108')],
    ['one with the code of a county of 2024', numbered('65322820250101108')],
    ['a residence permit for Hong Kong residents', numbered('81000019880101101')],
    ['a residence permit for Macao residents', numbered('82000019880101102')],
    ['a residence permit for Taiwan residents', numbered('83000019880101103')],
    ['a foreigner’s permanent residence card since 2023', numbered('93184019850601101')],
    ['one of before', 'permanent-residence:USA310185060112'],
    ['another one of before', 'permanent-residence:KAZ110090123105'],
    ['a German passport', 'passport:DEU:C01X00T47'],
    ['a passport of digits alone', 'passport:USA:910239248'],
    ['a Chinese passport', 'passport:CHN:E12345678'],
    ['a Chinese passport with two letters', 'passport:CHN:EA1234567'],
    ['an official Chinese passport', 'passport:CHN:PE1234567'],
    ['a Chinese passport of before 2007', 'passport:CHN:141234567'],
    ['a laissez-passer of the United Nations', 'passport:UNO:123456'],
    ['a permit of a Hong Kong resident', 'hk-macao-permit:H12345678'],
    ['a permit of a Macao resident', 'hk-macao-permit:M12345678'],
    ['a permit of a Taiwan resident', 'taiwan-permit:12345678'],
  ])('accepts %s: %s', (_, id) => expect(isPersonId(id)).toBe(true))

  test.each([
    ['a passport without its state', 'passport:C01X00T47'],
    ['a passport’s number alone', 'C01X00T47'],
    ['a state that is none', 'passport:ZZZ:C01X00T47'],
    ['Germany’s letter in the machine-readable zone', 'passport:D:C01X00T47'],
    ['a passport of Taiwan, whose residents have permits', 'passport:TWN:123456789'],
    ['a small letter', 'passport:DEU:C01X00T4x'],
    ['ten characters', 'passport:DEU:C01X00T470'],
    ['four characters', 'passport:DEU:C012'],
    ['letters alone', 'passport:DEU:ABCDEFGHI'],
    ['a Chinese passport of seven characters', 'passport:CHN:E123456'],
    ['a permit with its count of renewals', 'hk-macao-permit:H1234567801'],
    ['a permit of another letter', 'hk-macao-permit:K12345678'],
    ['a Taiwan permit of ten digits', 'taiwan-permit:1234567801'],
    ['an old card without its kind', 'USA310185060112'],
    ['an old card with a wrong check digit', 'permanent-residence:USA310185060113'],
    ['an old card of no province', `permanent-residence:USA99018506011${oldCardCheck('USA99018506011')}`],
    ['an old card of no day', `permanent-residence:USA310185023011${oldCardCheck('USA31018502301')}`],
    ['an eighteen-digit card with its kind', `permanent-residence:${numbered('93184019850601101')}`],
    ['a citizen’s number with its kind', 'resident-id:11010519491231002X'],
    ['a foreigner’s number of no province', numbered('90084019850601101')],
    ['a kind in capitals', 'PASSPORT:DEU:C01X00T47'],
    ['a kind that is none', 'library-card:12345678'],
    ['a member of every object', '__proto__:12345678'],
    ['a line break at the end', 'hk-macao-permit:H12345678\n'],
    ['nothing', ''],
  ])('refuses %s: %j', (_, id) => expect(isPersonId(id)).toBe(false))

  test.each(Object.entries(personIds))('accepts every %s', (_, ids) => {
    fc.assert(
      fc.property(ids, id => {
        expect(isPersonId(id)).toBe(true)
        expect(id.length).toBeLessThanOrEqual(personIdLengthMax)
        expect(id).toMatch(/^[\dA-Za-z:-]+$/)
      }),
      { numRuns: 300 },
    )
  })

  test.each(['resident-id', 'residence-permit', 'foreigner-since-2023', 'permanent-residence'] as const)(
    'refuses a %s with any one character of its number changed to another of its kind',
    kind => {
      const changed = personIds[kind].chain(id => {
        const number = id.slice(id.indexOf(':') + 1)
        return withOneCharacterChanged(number, '0123456789').map(
          wrong => id.slice(0, id.length - number.length) + wrong,
        )
      })
      fc.assert(
        fc.property(changed, wrong => expect(isPersonId(wrong)).toBe(false)),
        { numRuns: 1_000 },
      )
    },
  )

  test('tells the birth date where the number holds it', () => {
    expect(birthDateIn('11010519491231002X')).toBe('1949-12-31')
    expect(birthDateIn(numbered('93184019850601101'))).toBe('1985-06-01')
    expect(birthDateIn('permanent-residence:USA310185060112')).toBe('1985-06-01')
    expect(birthDateIn(`permanent-residence:USA310110060111${oldCardCheck('USA31011006011')}`)).toBe('2010-06-01')
    expect(birthDateIn('passport:DEU:C01X00T47')).toBe(undefined)
    expect(birthDateIn('hk-macao-permit:H12345678')).toBe(undefined)
  })

  test('names the kind of document that stands before a number', () => {
    fc.assert(
      fc.property(anyPersonId, id => {
        const document = documentIn(id)
        expect(document ? `${document.kind}:${document.number}` : id).toBe(id)
        expect(document === undefined).toBe(/^\d/.test(id))
      }),
    )
  })
})
