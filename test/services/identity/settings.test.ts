import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readIssuerKeys } from '../../../services/identity/keys.ts'
import { readIdentitySettings } from '../../../services/identity/settings.ts'
import { openKeys } from '../../../services/local/keys.ts'

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one' }
const jwks = JSON.stringify({ keys: [jwk] })
const good = {
  DATARUN_ISSUER: 'https://issuer.example',
  DATARUN_DATABASE_URL: 'postgres://datarun:secret@127.0.0.1:1/hub',
  DATARUN_ISSUER_KEYS_FILE: '/nowhere/issuer.json',
  DATARUN_OPERATOR_JWKS: jwks,
  DATARUN_HUB_JWKS: jwks,
}
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-keys-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('the issuer listens on loopback and has no sample people unless told otherwise', () => {
  expect(readIdentitySettings(good)).toMatchObject({ host: '127.0.0.1', samplePeople: false })
})

test('production refuses sample people, and tokens over plain HTTP', () => {
  const dangerous = {
    ...good,
    NODE_ENV: 'production',
    DATARUN_SAMPLE_PEOPLE: 'true',
    DATARUN_SAMPLE_PEOPLE_FILE: 'people.json',
  }
  expect(() => readIdentitySettings(dangerous)).toThrow('DATARUN_SAMPLE_PEOPLE lets anyone in without a password')
  expect(() =>
    readIdentitySettings({ ...good, NODE_ENV: 'production', DATARUN_ISSUER: 'http://issuer.example' }),
  ).toThrow('DATARUN_ISSUER must be https')
  expect(readIdentitySettings({ ...good, NODE_ENV: 'production' })).toMatchObject({ issuer: 'https://issuer.example' })
})

test('a private key in a setting is refused, and not repeated', () => {
  const leaked = JSON.stringify({ keys: [{ ...jwk, d: 'the-private-part' }] })
  const start = () => readIdentitySettings({ ...good, DATARUN_OPERATOR_JWKS: leaked })
  expect(start).toThrow('DATARUN_OPERATOR_JWKS holds a private key: give the public part alone')
  expect(start).not.toThrow('the-private-part')
})

test.each([
  ['nothing', '', 'DATARUN_OPERATOR_JWKS is missing'],
  ['no JSON', 'keys', 'DATARUN_OPERATOR_JWKS must be JSON'],
  ['no set', '[]', 'DATARUN_OPERATOR_JWKS must be a JWK Set'],
  ['an empty set', '{"keys":[]}', 'DATARUN_OPERATOR_JWKS has no key'],
  ['an RSA key', '{"keys":[{"kty":"RSA"}]}', 'neither EC P-256 nor Ed25519'],
])('a public key set that is %s is named', (_, value, sentence) => {
  expect(() => readIdentitySettings({ ...good, DATARUN_OPERATOR_JWKS: value })).toThrow(sentence)
})

test.each([
  ['no signing key', [{ kty: 'oct', k: 'A'.repeat(43) }], 'has no private signing key'],
  ['a public signing key only', [jwk, { kty: 'oct', k: 'A'.repeat(43) }], 'has no private signing key'],
  ['no cookie key', [{ ...jwk, d: 'd' }], 'has no key of type oct'],
  [
    'a short cookie key',
    [
      { ...jwk, d: 'd' },
      { kty: 'oct', k: 'AAAA' },
    ],
    'shorter than 32 bytes',
  ],
  [
    'an RSA key',
    [
      { ...jwk, d: 'd' },
      { kty: 'oct', k: 'A'.repeat(43) },
      { kty: 'RSA', d: 'd' },
    ],
    'neither of both',
  ],
])("an issuer's key file with %s is refused", (_, keys, sentence) => {
  expect(() => readIssuerKeys(JSON.stringify({ keys }))).toThrow(sentence)
})

test('local keys are made once, however many ask, and nobody else can read them', async () => {
  const path = join(folder, 'keys')
  const all = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const keys = await openKeys(path)
      await keys.issuerFile()
      return keys.of('civil-affairs/registry')
    }),
  )
  expect(new Set(all.map(({ privateKey }) => privateKey.d)).size).toBe(1)
  expect((await readdir(path)).sort()).toEqual(['civil-affairs.registry.json', 'issuer.json'])
  for (const file of await readdir(path)) expect((await stat(join(path, file))).mode & 0o777).toBe(0o600)
  expect(readIssuerKeys(await readFile(join(path, 'issuer.json'), 'utf8')).signing).toHaveLength(1)
  expect(JSON.stringify(all[0]!.publicKeys)).not.toContain(all[0]!.privateKey.d)
})

test.each(['../../etc/passwd', 'civil-affairs', 'a/b/c', ''])('%p is no system to make a key for', async system => {
  const keys = await openKeys(join(folder, 'more'))
  await expect(keys.of(system)).rejects.toThrow('is no system id')
})

test('the process ends with one clear sentence when a file is missing', async () => {
  const main = fileURLToPath(new URL('../../../services/identity/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], { env: good, stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect(code).toBe(1)
  expect(said).toBe(
    'Settings are not usable:\n  DATARUN_ISSUER_KEYS_FILE names /nowhere/issuer.json, which does not exist\n',
  )
})
