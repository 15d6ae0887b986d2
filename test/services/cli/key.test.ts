/** `datarun key`. Keeps out: private halves on standard output or in files that others can read, keys that the hub would refuse. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { calculateJwkThumbprint } from 'jose'
import { createTokenSource } from '../../../services/contract/token-source.ts'
import { registerDepartment } from '../../support/city-department.ts'
import { typeCommand } from '../../support/cli.ts'
import { startTestHub, type TestHub } from '../../support/exchange.ts'
import { uniqueDepartment } from '../../support/kafka.ts'

let folder: string
let hub: TestHub
const department = uniqueDepartment('keys')
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-key-'))
  hub = await startTestHub()
  await registerDepartment(hub, department)
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await hub?.close()
})
const key = (...words: string[]) => typeCommand(['key', ...words], { cwd: folder })

test.each(['ES256', 'Ed25519'])(
  'a key pair for %s opens the hub once its public half is registered',
  async algorithm => {
    const file = join(folder, `${algorithm}.json`)
    const made = await key(file, '--algorithm', algorithm)
    expect(made.code).toBe(0)
    const jwks = JSON.parse(made.out)
    const privateKey = JSON.parse(await readFile(file, 'utf8'))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(jwks.keys).toHaveLength(1)
    expect(made.out + made.err).not.toContain(privateKey.d)
    expect(privateKey.kid).toBe(await calculateJwkThumbprint(jwks.keys[0]))

    const system = `${department}/${algorithm.toLowerCase()}`
    const body = { title: { zh: '系统', en: 'System' }, rights: ['pull'], jwks }
    const path = `/v1/departments/${department}/systems/${algorithm.toLowerCase()}`
    expect(await hub.call('PUT', path, 'hub/operator', body)).toMatchObject({ status: 200 })
    const { issuer } = hub.issuer
    const token = await createTokenSource({ issuer, clientId: system, privateKey, audience: 'urn:datarun:hub' }).token()
    const me = await fetch(`${hub.exchange.address}/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(await me.json()).toMatchObject({ id: system })
  },
)

test('the public half and the thumbprint of a key that is there are told without making another', async () => {
  const file = join(folder, 'again.json')
  const made = await key(file)
  const before = await readFile(file, 'utf8')
  expect(JSON.parse((await key(file, '--public')).out)).toEqual(JSON.parse(made.out))
  const { kid } = JSON.parse(before)
  expect(await key(file, '--thumbprint')).toMatchObject({ code: 0, out: `${kid}\n`, err: '' })
  expect(JSON.parse((await key(file, '--public', '--json')).out)).toEqual({
    jwks: JSON.parse(made.out),
    thumbprint: kid,
  })
  expect(await key(file)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('is there already') })
  expect(await readFile(file, 'utf8')).toBe(before)
})

test('what is no private key is named, and nothing of it is repeated', async () => {
  const jwks = JSON.parse((await key('whole.json')).out)
  const wrong: [string, string, string][] = [
    ['public.json', JSON.stringify(jwks.keys[0]), 'private JWK'],
    ['text.json', 'secret words', 'private JWK'],
    ['rsa.json', JSON.stringify({ kty: 'RSA', n: 'abc', e: 'AQAB', d: 'secret' }), 'no key that the hub takes'],
    [
      'curve.json',
      JSON.stringify({ kty: 'EC', crv: 'P-384', x: 'a', y: 'b', d: 'secret' }),
      'no key that the hub takes',
    ],
  ]
  for (const [name, content, said] of wrong) {
    await writeFile(join(folder, name), content)
    const told = await key(name, '--public')
    expect([name, told]).toEqual([name, { code: 2, out: '', err: expect.stringContaining(said) }])
    expect(told.err).not.toContain('secret')
  }
  expect(await key('none.json', '--public')).toMatchObject({ code: 2, out: '' })
  expect(await key('missing/folder.json')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('ENOENT') })
})
