import { expect, test } from '@jest/globals'
import type { Rule } from '../../../services/adapter/config-schema.ts'
import { compileMapping } from '../../../services/adapter/mapping.ts'
import type { JsonObject } from '../../../services/contract/canonical-json.ts'

const header = ['字号', '日期', '状态', '人', '证', '额']
const mapped = (rules: Record<string, Rule>, row: string[]) => {
  const { record, problems } = compileMapping(rules).forHeader(header).map(row)
  return problems.length > 0 ? problems : record
}
const row = (cells: Partial<Record<string, string>>) => header.map(name => cells[name] ?? '')

test('cells become fields, without the white space around them', () => {
  expect(mapped({ '/a/number': { column: '字号' } }, row({ 字号: ' J1　' }))).toEqual({ a: { number: 'J1' } })
})

test('an empty cell leaves its field out, or writes null where the rule says so', () => {
  const rules: Record<string, Rule> = { '/a': { column: '字号' }, '/b': { column: '人', empty: 'null' } }
  expect(mapped(rules, row({ 人: '  ' }))).toEqual({ b: null })
})

test('codes, dates and numbers are converted', () => {
  const rules: Record<string, Rule> = {
    '/status': { column: '状态', codes: { 有效: 'valid', '1': true } },
    '/on': { column: '日期', date: 'YYYY年M月D日' },
    '/amount': { column: '额', number: true },
  }
  const cells = { 状态: '有效', 日期: '2024年2月29日', 额: '-12.50' }
  expect(mapped(rules, row(cells))).toEqual({ status: 'valid', on: '2024-02-29', amount: -12.5 })
})

test('what cannot be converted is named by place and reason, never by value', () => {
  const rules: Record<string, Rule> = {
    '/status': { column: '状态', codes: { 有效: 'valid' } },
    '/on': { column: '日期', date: 'YYYYMMDD' },
    '/amount': { column: '额', number: true },
  }
  const problems = mapped(rules, row({ 状态: 'canary', 日期: '20230229', 额: '1234567890123456' }))
  expect(problems).toEqual([
    { pointer: '/status', keyword: 'codes', message: 'is not in the code table' },
    { pointer: '/on', keyword: 'date', message: 'is not a date written as YYYYMMDD' },
    { pointer: '/amount', keyword: 'number', message: 'is not a decimal number of at most 15 digits' },
  ])
})

test('code tables do not know what every object inherits', () => {
  expect(mapped({ '/a': { column: '状态', codes: { x: 1 } } }, row({ 状态: 'constructor' }))).toHaveLength(1)
})

test('list items that are not there close up, constants notwithstanding', () => {
  const rules: Record<string, Rule> = {
    '/owners/0/name': { column: '人' },
    '/owners/0/role': { constant: 'owner' },
    '/owners/1/name': { column: '证' },
    '/owners/1/role': { constant: 'co-owner' },
    '/kind': { constant: 'title' },
  }
  expect(mapped(rules, row({ 证: '李' }))).toEqual({ owners: [{ name: '李', role: 'co-owner' }], kind: 'title' })
})

test('cells that hold several values become one item each', () => {
  const rules: Record<string, Rule> = {
    '/owners/*/name': { column: '人', split: ';' },
    '/owners/*/id': { column: '证', split: '/' },
    '/owners/*/role': { constant: 'owner' },
  }
  expect(mapped(rules, row({ 人: '张;李', 证: '1/2' }))).toEqual({
    owners: [
      { name: '张', id: '1', role: 'owner' },
      { name: '李', id: '2', role: 'owner' },
    ],
  })
  expect(mapped(rules, row({ 人: '张;李', 证: '1/2/3' }))).toEqual([
    { pointer: '/owners', keyword: 'split', message: 'comes from cells with different numbers of parts' },
  ])
  expect(mapped({ '/tags/*': { column: '人', split: '、' } }, row({ 人: 'a、、b' }))).toEqual({ tags: ['a', 'b'] })
})

test('an item of a split cell is named by its position', () => {
  const rules: Record<string, Rule> = { '/n/*': { column: '额', split: ',', number: true } }
  expect(mapped(rules, row({ 额: '1,x' }))).toEqual([expect.objectContaining({ pointer: '/n/1', keyword: 'number' })])
})

test('expressions see the row and add to the record; their failures do not tell values', async () => {
  const rules: Record<string, Rule> = {
    '/a': { column: '字号' },
    '/b/full': { expression: '人 & "-" & 证' },
    '/b/bad': { expression: '$number(人)' },
  }
  const mapping = compileMapping(rules).forHeader(header)
  const cells = row({ 字号: 'x', 人: 'canary', 证: '2' })
  const record = { a: 'x' }
  const problems = await mapping.evaluate!(record, cells)
  expect(record).toEqual({ a: 'x', b: { full: 'canary-2' } })
  expect(problems).toEqual([{ pointer: '/b/bad', keyword: 'expression', message: 'cannot be computed (D3030)' }])
})

test('an expression reads and writes numbers exactly, or its field cannot be computed', async () => {
  const expressions = ['$number(额)', '$number(额) + 0.2', '$round($number(额) * 3, 2)', '$string(证)', '[$number(证)]']
  const rules = Object.fromEntries(expressions.map((expression, at) => [`/x${at}`, { expression }]))
  const evaluated = async (cells: Partial<Record<string, string>>) => {
    const record: Record<string, unknown> = {}
    const problems = await compileMapping(rules).forHeader(header).evaluate!(record as JsonObject, row(cells))
    return [record, problems.map(({ pointer }) => pointer)]
  }
  expect(await evaluated({ 额: '0.1', 证: '636507967185264641' })).toEqual([
    { x0: 0.1, x2: 0.3, x3: '636507967185264641' },
    ['/x1', '/x4'],
  ])
  expect(await evaluated({ 额: '1e400', 证: '1.00000000000000001' })).toEqual([
    { x3: '1.00000000000000001' },
    ['/x0', '/x1', '/x2', '/x4'],
  ])
})

test('a place in the record leads back to the column that feeds it', () => {
  const { columnAt } = compileMapping({
    '/kind': { constant: 1 },
    '/a/number': { column: '字号' },
    '/owners/*/name': { column: '人', split: ';' },
  })
  expect(columnAt('/a/number')).toBe('字号')
  expect(columnAt('/a/number/deeper')).toBe('字号')
  expect(columnAt('/owners/3/name')).toBe('人')
  expect(columnAt('/owners')).toBe('人')
  expect(columnAt('/kind')).toBeUndefined()
  expect(columnAt('/unknown')).toBeUndefined()
})
