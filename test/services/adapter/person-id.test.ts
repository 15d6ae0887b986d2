/** Keeps out: a foreigner who cannot be published because the kind of document stands in a column of its own. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkRules } from '../../../services/adapter/config-rules.ts'
import type { Config, Rule } from '../../../services/adapter/config-schema.ts'
import { compileMapping } from '../../../services/adapter/mapping.ts'
import { subjectFaults } from '../../../services/contract/read-subject.ts'
import { anyPersonId } from '../../support/person-ids.ts'

const header = ['证件号', '证件类型', '国籍']
const codes = {
  身份证: 'resident-id',
  护照: 'passport',
  港澳通行证: 'hk-macao-permit',
  台胞证: 'taiwan-permit',
  永久居留证: 'permanent-residence',
} as const
const person: Rule = {
  column: '证件号',
  person: { kind: { column: '证件类型', codes }, state: { column: '国籍', codes: { 德国: 'DEU', 中国: 'CHN' } } },
}
const mapped = (rule: Rule, cells: string[]) => {
  const { record, problems } = compileMapping({ '/id': rule }).forHeader(header).map(cells)
  return problems.length > 0 ? problems : record
}

test.each([
  [['11010519491231002x', '身份证', ''], '11010519491231002X'],
  [['１１０１０５ 19491231 002X', '', ''], '11010519491231002X'],
  [['c01x-00t47', '护照', '德国'], 'passport:DEU:C01X00T47'],
  [['E12345678', '护照', '中国'], 'passport:CHN:E12345678'],
  [['H1234567801', '港澳通行证', ''], 'hk-macao-permit:H12345678'],
  [['1234567801(B)', '台胞证', ''], 'taiwan-permit:12345678'],
  [['USA310185060112', '永久居留证', '德国'], 'permanent-residence:USA310185060112'],
])('the cells %j are %s', (cells, id) => expect(mapped(person, cells)).toEqual({ id }))

test.each([
  [['110105194912310021', '身份证', ''], 'person', subjectFaults['person-check']],
  [['110105491231002', '身份证', ''], 'person', subjectFaults['first-generation']],
  [['C01X00T47', '护照', ''], 'person', subjectFaults.state],
  [['K12345678', '港澳通行证', ''], 'person', subjectFaults['hk-macao-permit']],
  [
    ['11010519491231002X', '军官证', ''],
    'codes',
    { en: expect.stringContaining('kind of document'), zh: expect.stringContaining('证件种类') },
  ],
  [
    ['C01X00T47', '护照', '火星'],
    'codes',
    { en: expect.stringContaining('state'), zh: expect.stringContaining('签发国家') },
  ],
  [
    ['1101051949\u200b1231002X', '身份证', ''],
    'text',
    { en: expect.stringContaining('U+200B'), zh: expect.stringContaining('不可见') },
  ],
])('the cells %j are refused by %s', (cells, keyword, { en, zh }) => {
  expect(mapped(person, cells)).toEqual([{ pointer: '/id', keyword, message: en, zh }])
})

test('without further columns a cell may say the kind itself, and every id is itself', () => {
  fc.assert(
    fc.property(anyPersonId, id => expect(mapped({ column: '证件号', person: {} }, [id, '', ''])).toEqual({ id })),
  )
})

test('the columns it names must be there, and it stands alone', () => {
  expect(compileMapping({ '/id': person }).columns).toEqual(header)
  const config = (rule: Rule) => ({ dataset: 'a.b', system: 'a/c', csv: { files: 'x' }, mapping: { '/ids/*': rule } })
  const complaints = (rule: Rule) => checkRules(config(rule) as Config).map(({ pointer }) => pointer)
  expect(complaints({ column: '证件号', split: ';', person: {} })).toEqual([])
  expect(complaints({ ...person, split: ';' })).toEqual(['/mapping/~1ids~1*/person'])
  expect(complaints({ ...person, number: true })).toEqual(['/mapping/~1ids~1*'])
})
