// Where no file is there by the name of the config, a watching adapter says so: once, and again when files were there meanwhile.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { type FileSource, watchFiles } from '../../../services/adapter/file-source.ts'
import { failure } from '../../../services/contract/failure.ts'
import { createLog } from '../../../services/contract/log.ts'

test('a missing file is told while watching, once until there is one', async () => {
  const lines: string[] = []
  const end = new AbortController()
  const file = { path: '/nowhere/a.csv', name: 'a.csv', report: '/nowhere/a.refused.csv' }
  const looks = [[], [], [], [file], [file], [], []]
  let looked = 0
  const source = {
    config: { dataset: 'civil-affairs.trial', csv: { files: 'a.csv' } },
    files: async () => {
      if (looked + 1 === looks.length) end.abort()
      return looks[looked++] ?? []
    },
    publication: async () => failure('UNAVAILABLE'),
    log: createLog('adapter', 'warn', { write: (line: string) => lines.push(line) }),
    now: () => new Date(),
    told: new Map(),
    signal: end.signal,
  } as unknown as FileSource
  await Promise.race([watchFiles(source, 1), sleep(10_000, undefined, { ref: false })])
  expect(looked).toBe(looks.length)
  const missing = lines.filter(line => line.includes('no file is there by this name'))
  expect(missing).toHaveLength(2)
  expect(JSON.parse(missing[0]!)).toMatchObject({ dataset: 'civil-affairs.trial', files: 'a.csv' })
})
