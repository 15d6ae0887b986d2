import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from '@jest/globals'

const folder = resolve(import.meta.dirname, '../../docs')
const rows = readFileSync(resolve(folder, 'promises.md'), 'utf8')
  .split('\n')
  .flatMap(line => [...line.matchAll(/^\| (.*?) \|.*\]\((\.\.\/test[^)]+)\): `([^`]+)`/g)])
  .map(([, promise, file, name]) => ({ promise: promise!, file: resolve(folder, file!), name: name! }))

test('each of the first nine promises has a test', () => {
  const numbers = new Set(rows.map(({ promise }) => promise.split(' ')[0]))
  expect([...numbers]).toEqual(expect.arrayContaining(['1', '2', '3', '4', '5', '6', '7', '8', '9']))
})

test.each(rows)('promise $promise is held by a test that exists: $name', ({ file, name }) => {
  expect(readFileSync(file, 'utf8')).toContain(name)
})
