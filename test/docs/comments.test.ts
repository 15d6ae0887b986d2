/** Comments begin with their subject (house rule: an opening such as "What …" has to be read twice). */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const repository = join(import.meta.dirname, '../..')
const opening = /^\s*(?:\/\/|\/\*\*|\*) (?:What|Whatever|Whom|Whose|Whoever|That which|(?:Of|To|By) whom|Of what) /

/** Migrations are left out: a landed one is never edited. */
async function linesOf(folders: string[]): Promise<{ place: string; line: string }[]> {
  const listed = await Promise.all(folders.map(folder => readdir(join(repository, folder), { recursive: true })))
  const files = listed
    .flatMap((names, at) => names.map(name => join(folders[at]!, name)))
    .filter(file => /\.(ts|vue)$/.test(file) && !/\/(node_modules|dist)\//.test(file))
  const texts = await Promise.all(files.map(file => readFile(join(repository, file), 'utf8')))
  return texts.flatMap((text, at) => text.split('\n').map((line, n) => ({ place: `${files[at]}:${n + 1}`, line })))
}

const isOpening = (line: string, before: string | undefined) =>
  opening.test(line) && (!/^\s*(?:\*|\/\/) /.test(line) || !/^\s*(?:\*|\/\/) \S/.test(before ?? ''))

test('a comment begins with its subject', async () => {
  const lines = await linesOf(['services', 'test', 'bench', 'docs'])
  const found = lines.filter(({ line }, n) => isOpening(line, lines[n - 1]?.line))
  expect(found.map(({ place, line }) => `${place} ${line.trim()}`)).toEqual([])
})

test('openings are found in every kind of comment; a line that goes on is none', () => {
  for (const line of ['/** What it does. */', '  // Whoever calls', ' * Whatever comes'])
    expect([line, isOpening(line, '/**')]).toEqual([line, true])
  for (const [line, before] of [
    [' * What follows goes on', ' * of the line before'],
    ['// Whether it is', ''],
  ] as const)
    expect([line, isOpening(line, before)]).toEqual([line, false])
})
