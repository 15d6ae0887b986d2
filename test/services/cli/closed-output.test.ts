/** `datarun … | head`: whoever reads the output may go at any time. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { repository } from '../../../services/local/places.ts'

const main = join(repository, 'services/cli/main.ts')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-closed-output-'))
  await writeFile(join(folder, 'schema.json'), '{"type": "object"}')
})
afterAll(() => rm(folder, { recursive: true }))

/** A command's stderr, then its exit code, when the reader of its stdout is gone before it begins. */
async function unread(...words: string[]): Promise<string> {
  const script = '{ sleep 0.2; "$@" || echo "ended with $?" >&2; } | true'
  const { stderr } = await promisify(execFile)('sh', ['-c', script, 'sh', process.execPath, main, ...words])
  return stderr
}

test.each([
  ['schema', 'check', 'schema.json', 'schema.json'],
  ['schema', 'check', '--json', 'schema.json', 'schema.json'],
  ['log', 'search', '--help'],
  ['verify', '--help'],
  ['--help'],
])('datarun %s %s ends quietly when nobody reads it any more', async (...words) => {
  const files = words.map(word => (word.endsWith('.json') ? join(folder, word) : word))
  expect(await unread(...files)).toBe('ended with 141\n')
})
