import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { en } from '../../../services/console/src/words/en.ts'
import { repository } from '../../../services/local/places.ts'

const sources = join(repository, 'services/console/src')

function keysOf(words: object, prefix = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  )
}

test('every word that a page asks for is there', async () => {
  const known = new Set(keysOf(en))
  const missing: string[] = []
  for (const name of await readdir(sources, { recursive: true })) {
    if (!/\.(vue|ts)$/.test(name)) continue
    const text = await readFile(join(sources, name), 'utf8')
    for (const [, key] of text.matchAll(/\bt\(\s*'([\w.-]+)'/g)) if (!known.has(key!)) missing.push(`${name}: ${key}`)
  }
  expect(missing).toEqual([])
})
