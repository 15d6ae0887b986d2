// A folder that the adapter may not look into is named like a file that it cannot read: glob passes over it without a word.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sourceFiles } from '../../../../services/adapter/sources/files.ts'

const nobody = 65_534
const isRoot = process.getuid!() === 0
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-files-'))
  await chmod(folder, 0o755)
  for (const path of ['exports/open/deep', 'exports/closed/deep']) await mkdir(join(folder, path), { recursive: true })
  for (const path of ['exports/a.csv', 'exports/open/deep/b.csv', 'exports/closed/c.csv', 'exports/closed/deep/d.csv'])
    await writeFile(join(folder, path), 'x')
  await chmod(join(folder, 'exports/closed'), 0o000)
  if (isRoot) process.seteuid!(nobody)
})
afterEach(async () => {
  if (isRoot) process.seteuid!(0)
  await chmod(join(folder, 'exports/closed'), 0o755)
  await rm(folder, { recursive: true })
})

test.each([
  ['exports/**/*.csv', ['exports/a.csv', 'exports/closed', 'exports/open/deep/b.csv']],
  ['exports/*/deep/*.csv', ['exports/closed', 'exports/open/deep/b.csv']],
  ['exports/closed/*.csv', ['exports/closed']],
  ['exports/*.csv', ['exports/a.csv']],
  ['none/**/*.csv', []],
])('a folder without the right to look into it is named where %s leads through it', async (pattern, expected) => {
  const found = await sourceFiles(pattern, folder, join(folder, 'state'))
  expect(found.map(({ name }) => name)).toEqual(expected)
})
