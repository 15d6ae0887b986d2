import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openKeys } from '../../../services/local/keys.ts'
import { identitySettings } from '../../../services/local/stack-settings.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-settings-'))
})
afterAll(() => rm(folder, { recursive: true }))

test.each([
  ['http://exchange.localhost:8080', ['exchange.localhost:8080', 'localhost:8080', '127.0.0.1:8080']],
  ['http://127.0.0.1:40123', ['127.0.0.1:40123', 'localhost:40123']],
])('at %s people sign in by every name of this machine that they may have typed', async (hub, names) => {
  const settings = await identitySettings(
    {
      hub,
      issuer: 'http://127.0.0.1:8090',
      keys: await openKeys(folder),
      logKey: { file: '', verifierKey: '' },
      checkpointFile: '',
    },
    'postgres://127.0.0.1/datarun',
  )
  expect(settings.DATARUN_CONSOLE_REDIRECT_URIS?.split(',')).toEqual(names.map(name => `http://${name}/console/`))
})

test('a folder of keys has the keys that somebody asked for, and no other', async () => {
  const other = join(folder, 'other')
  const keys = await openKeys(other)
  await keys.of('taxation/tax-registry')
  expect(await readdir(other)).toEqual(['taxation.tax-registry.json'])
  expect(await keys.issuerFile()).toBe(join(other, 'issuer.json'))
  expect((await readdir(other)).sort()).toEqual(['issuer.json', 'taxation.tax-registry.json'])
})
