import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { localSecrets } from '../../../services/local/secrets.ts'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'datarun-secrets-'))
})
afterAll(() => rm(directory, { recursive: true }))

test('a secret is long, new on every machine, kept, and readable by its owner alone', async () => {
  const path = join(directory, 'secrets.json')
  const first = await localSecrets(path, ['one'])
  const second = await localSecrets(path, ['one', 'two'])
  expect(first.one.length).toBeGreaterThanOrEqual(43)
  expect(second.one).toBe(first.one)
  expect(second.two).not.toBe(first.one)
  expect(await localSecrets(path, ['two'])).toEqual({ two: second.two })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('a spoilt file is an error that names it, not a set of new secrets', async () => {
  const path = join(directory, 'spoilt.json')
  await writeFile(path, '{"one": "half')
  await expect(localSecrets(path, ['one'])).rejects.toThrow(`${path} cannot be read`)
})
