// A row corrected under the sequence it had was rejected at the hub, while the adapter said it was published.
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openPublishedVersions } from '../../../services/adapter/published-versions.ts'
import type { Noted } from '../../../services/adapter/version-table.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-versions-'))
})
afterEach(() => rm(folder, { recursive: true }))

const message = (key: string | number, content: string, sequence = 1) => ({
  key: String(key),
  value: '',
  headers: { ce_sequence: String(sequence), ce_id: `issued:${sequence}:${content.padStart(43, 'x')}` },
})

test('another content under a key and sequence is known as such, across restarts; the same content and a newer one are not', async () => {
  const path = join(folder, 'deep', 'published')
  const versions = await openPublishedVersions(path)
  versions.keep([versions.note(message('a', 'one')) as Noted])
  expect(versions.note(message('a', 'two'))).toBe('other')
  await versions.flush()
  const again = await openPublishedVersions(path)
  expect(again.note(message('a', 'two'))).toBe('other')
  expect(again.note(message('a', 'one'))).toMatchObject({ isNew: false })
  expect(again.note(message('a', 'two', 2))).toMatchObject({ isNew: true })
  expect(again.note(message('b', 'two'))).toMatchObject({ isNew: true })
})

test('what did not reach Kafka does not count', async () => {
  const path = join(folder, 'published')
  const versions = await openPublishedVersions(path)
  const noted = versions.note(message('a', 'one')) as Noted
  versions.retract([noted])
  expect(versions.note(message('a', 'two'))).toMatchObject({ isNew: true })
  await versions.flush()
  expect((await openPublishedVersions(path)).note(message('a', 'three'))).toMatchObject({ isNew: true })
})

test('of many versions the newest are remembered, on a bounded piece of the disk', async () => {
  const path = join(folder, 'published')
  const versions = await openPublishedVersions(path, 10_000)
  for (let round = 0; round < 5; round++) {
    for (let key = 0; key < 6_000; key++) versions.keep([versions.note(message(`${round}-${key}`, 'one')) as Noted])
    await versions.flush()
  }
  expect((await stat(path)).size).toBeLessThan(12 * 12_000)
  const again = await openPublishedVersions(path, 10_000)
  expect(again.note(message('4-5999', 'two'))).toBe('other')
  expect(again.note(message('0-0', 'two'))).not.toBe('other')
})

test('two hundred thousand keys that are alike are told apart', async () => {
  const versions = await openPublishedVersions(join(folder, 'published'))
  for (let key = 0; key < 200_000; key++) expect(versions.note(message(`J-${key}`, `c${key}`))).not.toBe('other')
})
