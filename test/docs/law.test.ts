import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from '@jest/globals'

const folder = resolve(import.meta.dirname, '../../docs')
const rows = readFileSync(resolve(folder, 'law.md'), 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| ') && line.includes('](../'))
  .map(line => line.split('|').map(cell => cell.trim()))
  .map(([, article, rule, file, proof]) => ({
    article,
    rule,
    file: linkOf(file!),
    test: linkOf(proof!),
    name: nameOf(proof!),
  }))

function linkOf(cell: string): string {
  return resolve(folder, /\]\(([^)]+)\)/.exec(cell)![1]!)
}
function nameOf(cell: string): string {
  return /: `(.+)`$/.exec(cell)![1]!
}

test('the table of the law has rows to check', () => expect(rows.length).toBeGreaterThan(25))

test.each(rows)('$article: $rule', ({ file, test: proof, name }) => {
  expect([file, existsSync(file)]).toEqual([file, true])
  const text = readFileSync(proof, 'utf8')
  expect([name, ["'", '"', '`'].some(quote => text.includes(quote + name + quote))]).toEqual([name, true])
})
