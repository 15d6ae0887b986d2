import { expect, test } from '@jest/globals'
import { type Config, readConfig } from '../../../services/adapter/config.ts'
import type { Failure } from '../../../services/contract/failure.ts'

const good = `# Marriage certificates of Pudong
dataset: civil-affairs.marriage-certificate
system: civil-affairs/marriage-registry
csv:
  files: export/*.csv
  encoding: gb18030
mapping:
  /certificateNumber: 字号
  /registeredOn: { column: 登记日期, date: YYYYMMDD }
  /kind: { constant: marriage }
  /status: { column: 状态, codes: { 01: valid, 02: revoked } }
  /spouses/0/name: 男方姓名
  /spouses/1/name: 女方姓名
  /owners/*/name: { column: 权利人, split: ; }
event:
  change: { column: 状态, codes: { 01: issued, 02: revoked } }
  sequence: { column: 更新时间, date: YYYY-MM-DD HH:mm:ss }
`

const read = (text: string) => readConfig(text, 'adapter.yaml')
const complaints = (text: string) => {
  const { failure, violations = [], detail } = read(text) as Failure
  return { failure, told: violations.length > 0 ? violations.map(({ message }) => message) : [detail] }
}

test('a config in YAML is read, with codes as text and a bare column name as a rule', () => {
  const config = read(good) as Config
  expect(config.mapping?.['/certificateNumber']).toEqual({ column: '字号' })
  expect(config.mapping?.['/status']?.codes).toEqual({ '01': 'valid', '02': 'revoked' })
})

test('the same config in JSON is the same config', () => {
  expect(read(JSON.stringify(read(good)))).toEqual(read(good))
})

test.each<[string, string, string, string]>([
  [
    'an unknown word',
    'csv:\n',
    'csvs: {}\ncsv:\n',
    'adapter.yaml:4:1: /csvs is not known here; known: dataset, system',
  ],
  [
    'an unknown word inside',
    'encoding: gb18030',
    'enconding: gb18030',
    'adapter.yaml:6:3: /csv/enconding is not known here',
  ],
  ['a missing word', 'system: civil-affairs/marriage-registry\n', '', 'adapter.yaml:1:1: /system is missing'],
  ['an unknown encoding', 'gb18030', 'gb2312', 'adapter.yaml:6:3: /csv/encoding must be "utf-8" or "gb18030"'],
  ['a mistyped number', '{ constant: marriage }', '{ column: a, number: yes }', '/mapping/~1kind/number must be'],
  ['another department’s system', 'system: civil-affairs/', 'system: taxation/', 'must be a system of "civil-affairs"'],
  [
    'two origins',
    '{ constant: marriage }',
    '{ constant: 1, column: a }',
    ':10:3: /mapping/~1kind must have exactly one of',
  ],
  [
    'a date without a day',
    'date: YYYYMMDD',
    'date: YYYYMM',
    '/mapping/~1registeredOn/date must name year, month and day',
  ],
  [
    'a split without a star',
    '/owners/*/name',
    '/owners/name',
    '/mapping/~1owners~1name/split needs a pointer with a `*`',
  ],
  ['a field inside a field', '/kind:', '/status/kind:', '/mapping/~1status does not fit beside the other rules under'],
  ['a list that is an object', '/spouses/1/name', '/spouses/wife/name', 'does not fit beside the other rules'],
  ['a hostile member', '/kind:', '/a/__proto__:', 'must not name __proto__'],
  [
    'a broken expression',
    '{ constant: marriage }',
    '{ expression: "$uppercase(" }',
    '/mapping/~1kind/expression is not JSONata',
  ],
  ['an unknown change', '02: revoked } }\n  seq', '02: burnt } }\n  seq', '/event/change/codes/02 must be'],
  [
    'a wrong change',
    'change: { column: 状态, codes: { 01: issued, 02: revoked } }',
    'change: gone',
    '/event/change must be "issued" or',
  ],
  [
    'a wrong sequence',
    'sequence: { column: 更新时间, date: YYYY-MM-DD HH:mm:ss }',
    'sequence: 5',
    '/event/sequence must be "file-time" or "file-name"',
  ],
  ['columns for the intake', 'csv:\n', 'intake: {}\ncsv:\n', '/event/change/column must be a "pointer"'],
])('%s in the config is named with its place and the way out', (_, before, after, expected) => {
  expect(good).toContain(before)
  const { failure, told } = complaints(good.replace(before, after))
  expect(failure).toBe('CONFIG_INVALID')
  expect(told.join('\n')).toContain(expected)
})

test('text that is no YAML is refused with line and column', () => {
  expect(complaints('dataset: [').told[0]).toMatch(/^adapter\.yaml:1:\d+: /)
  expect(complaints('a: 1\na: 2').told[0]).toContain('adapter.yaml:2:1: Map keys must be unique')
})

test('aliases, which could unfold to gigabytes, are refused', () => {
  expect(complaints('a: &a [1]\nb: *a').failure).toBe('CONFIG_INVALID')
})

test.each(['', 'null', '[]', '5', 'text'])('%j is refused as a config', text => {
  expect(complaints(text).failure).toBe('CONFIG_INVALID')
})

test.each([
  ['{ constant: marriage }', '{ constant: 636507967185264641 }', '/mapping/~1kind/constant'],
  ['{ constant: marriage }', '{ constant: { a: [1, 1e400] } }', '/mapping/~1kind/constant/a/1'],
  ['02: revoked } }\n  /spouses', '02: .nan } }\n  /spouses', '/mapping/~1status/codes/02'],
])('a number that no double keeps is refused by its place, in constants and code tables: %s', (right, wrong, place) => {
  const [violation] = (read(good.replace(right, wrong)) as Failure).violations!
  expect(violation).toMatchObject({ pointer: place, message: expect.stringContaining('cannot be kept exactly') })
})

test.each(['007', '-08', '+010', '00', '01.5'])(
  'a number with leading zeros, which are part of a code, is refused: %s',
  written => {
    const rule = `{ column: 类型, codes: { a: ${written} } }`
    const [violation] = (read(good.replace('{ constant: marriage }', rule)) as Failure).violations!
    expect(violation).toMatchObject({
      pointer: '/mapping/~1kind/codes/a',
      message: expect.stringContaining('would lose its leading zeros; write it in quotes'),
    })
    expect(read(good.replace('{ constant: marriage }', rule.replace(written, `"${written}"`)))).toHaveProperty(
      'mapping',
    )
  },
)

test('a number in an expression that no double keeps is refused', () => {
  const withExpression = (expression: string) =>
    read(good.replace('{ constant: marriage }', `{ expression: '${expression}' }`))
  expect(withExpression('[1, "636507967185264641", {"a": -636507967185264641}]')).toMatchObject({
    failure: 'CONFIG_INVALID',
    pointer: '/mapping/~1kind/expression',
  })
  expect(withExpression('[1.50, 1e2, "636507967185264641"]')).toHaveProperty('mapping')
})

test('1.0, 0x1F and a long number in quotes are kept', () => {
  for (const constant of ['1.0', '0x1F', '"636507967185264641"', '1e2', '-0'])
    expect(read(good.replace('{ constant: marriage }', `{ constant: ${constant} }`))).toHaveProperty('mapping')
})
