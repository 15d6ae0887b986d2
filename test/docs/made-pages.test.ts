import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { pages } from '../../docs/make.ts'

test.each(Object.keys(pages))('docs/%s says what the code says (npm run docs makes it)', async name => {
  const written = await readFile(join(import.meta.dirname, '../../docs', name), 'utf8')
  expect(written).toBe(pages[name]!())
})
