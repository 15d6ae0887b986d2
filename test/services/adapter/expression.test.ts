// Expressions were silent on what they did not find: columns, 30 February, one-item lists, empty cells.
import { expect, test } from '@jest/globals'
import { readConfig } from '../../../services/adapter/config.ts'
import type { Rule } from '../../../services/adapter/config-schema.ts'
import { columnsOf, unboundIn } from '../../../services/adapter/expression-columns.ts'
import { compileMapping } from '../../../services/adapter/mapping.ts'
import { placesOf } from '../../../services/adapter/schema-places.ts'
import { checkTargets } from '../../../services/adapter/targets.ts'

const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    number: { type: 'string' },
    tags: { $ref: '#/$defs/tags' },
    holder: { type: 'object', properties: { name: { type: 'string' } } },
    free: {},
    map: { type: 'object', additionalProperties: { type: 'string' } },
  },
  $defs: { tags: { type: 'array', items: { type: 'string' } } },
}

async function evaluated(expression: string, cells: Record<string, string>, pointer = '/free') {
  const mapping = compileMapping({ [pointer]: { expression } as Rule }).forHeader(Object.keys(cells), placesOf(schema))
  const record = {}
  const problems = await mapping.evaluate!(record, Object.values(cells))
  return problems.length > 0 ? problems[0]!.message : Object.values(record)[0]
}

test.each([
  ['姓 & 名', ['姓', '名']],
  ['$.姓 & $$.名', ['姓', '名']],
  ['$lookup($, "姓")', ['姓']],
  ['$map($split(标签, "、"), function($v) { $v & 名 })', ['标签', '名']],
  ['($x := `姓 氏`; $x ? $uppercase(名) : { "a": 号 }.a)', ['姓 氏', '名', '号']],
  ['标签[x = "1"].y', ['标签']],
])('the expression %s reads its columns, and no others', (expression, columns) => {
  expect(columnsOf(expression)).toEqual(columns)
})

test('a variable that nothing sets is refused at the start, with its line', () => {
  expect(unboundIn('($x := 1; $x + $y; $map([1], $string); function($z) { $z })')).toEqual(['y'])
  const config = `dataset: a-b.c-d\nsystem: a-b/c-d\ncsv: { files: x }\nmapping:\n  /a: { expression: "$姓 & 名" }\n`
  expect(readConfig(config, 'x.yaml')).toMatchObject({ detail: expect.stringMatching(/^x\.yaml:5:\d+: .*\$姓/) })
})

test.each([
  ['$toMillis(d)', '2024-02-30'],
  ['$toMillis(d)', '2024-04-31T10:00:00Z'],
  ['$toMillis(d, "[Y]年[M]月[D]日")', '2023年2月29日'],
  ['$toMillis(d, "[Y0001][M01][D01]")', '20240230'],
  ['$toMillis(d, "[Y0001]-[M01]-[D01] [H01]:[m01]")', '2024-03-05 25:00'],
  ['$toMillis(d, "[D] [MNn] [Y]")', '31 April 2024'],
])('%s of %s is refused, never carried over to another day', async (expression, d) => {
  expect(await evaluated(expression, { d })).toBe('cannot be computed (D3110)')
})

test.each([
  ['$toMillis(d)', '2024-02-29', 1709164800000],
  ['$toMillis(d, "[Y]年[M]月[D]日")', '2024年2月29日', 1709164800000],
  ['$toMillis(d, "[D] [MNn] [Y]")', '29 February 2024', 1709164800000],
])('%s of %s is as JSONata has it', async (expression, d, millis) => {
  expect(await evaluated(expression, { d })).toBe(millis)
})

test('a list of one item stays a list where only a list fits; what is empty is left out', async () => {
  const tags = '$map($split(标签, "、"), $trim)'
  expect(await evaluated(tags, { 标签: '甲' }, '/tags')).toEqual(['甲'])
  expect(await evaluated(tags, { 标签: '甲、、乙' }, '/tags')).toEqual(['甲', '乙'])
  expect(await evaluated(tags, { 标签: '' }, '/tags')).toBeUndefined()
  expect(await evaluated('标签', { 标签: '' })).toBeUndefined()
  expect(await evaluated('标签 = "" ? "无" : 标签', { 标签: '' })).toBe('无')
})

test('a damaged text made by an expression is refused as that of a column', async () => {
  expect(await evaluated('a & b', { a: '张', b: '\u200B伟' })).toContain('U+200B')
})

test('a place that the schema does not have is named, with what it has there', () => {
  const config = (mapping: Record<string, Rule>) =>
    checkTargets({ dataset: 'a.b', system: 'a/b', mapping }, placesOf(schema))
  const column = { column: 'x' }
  for (const pointer of ['/number', '/tags/*', '/tags/0', '/holder/name', '/free/any/thing', '/map/x']) {
    expect(config({ [pointer]: column })).toBeUndefined()
  }
  for (const pointer of ['/numbr', '/holder/nam', '/number/x', '/tags/*/name']) {
    expect(config({ [pointer]: column })).toMatchObject({ failure: 'CONFIG_INVALID' })
  }
  expect(config({ '/holder/nam': column })?.detail).toContain('/mapping/~1holder~1nam: the schema has no place')
  expect(config({ '/holder/nam': column })?.detail).toContain('it has name there')
})
