import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Proof, proofWindow, readProof, troubleWithProof } from '../../../services/contract/dpop-proof.ts'
import { createProver } from '../../support/prover.ts'

const url = 'https://hub.example.gov.cn/share/v1/datasets/civil-affairs.marriage-certificate'
const prover = await createProver()
const now = 1_800_000_000

async function proofOf(claims: object): Promise<Proof> {
  const proof = readProof(await prover.prove({ method: 'GET', url }, { claims: { iat: now, ...claims } }))
  if ('en' in proof) throw new Error(proof.en)
  return proof
}
const troubleOf = (proof: Proof, more = {}) => troubleWithProof(proof, { method: 'GET', urls: [url], now, ...more })?.en

test('a proof is taken within a minute of its time, and not a second before or after', async () => {
  const proof = await proofOf({})
  const seconds = fc.integer({ min: -300, max: 300 })
  fc.assert(
    fc.property(seconds, late => {
      const trouble = troubleOf(proof, { now: now + late })
      expect(trouble === undefined).toBe(Math.abs(late) <= proofWindow)
    }),
  )
})

test.each([null, Number.NaN, Number.POSITIVE_INFINITY, '1800000000', [now], {}])('no time is %j', async iat => {
  const { header, key } = await proofOf({})
  const claims = { jti: '1', htm: 'GET', htu: url, iat }
  expect(troubleOf({ text: '', header, key, claims })).toContain('iat')
})

test.each([
  `${url}?limit=1`,
  `${url}#part`,
  url.replace('https', 'HTTPS').replace('hub', 'HUB'),
  url.replace('.cn/', '.cn:443/'),
  url.replace('civil-affairs', '%63ivil%2daffairs'),
  url.replace('/v1/', '/v0/../v1/'),
])('the same address by RFC 3986 is the same: %s', async htu => {
  expect(troubleOf(await proofOf({ htu }))).toBeUndefined()
})

test.each([
  url.replace('https', 'http'),
  url.replace('.cn/', '.cn:8443/'),
  url.replace('hub.', 'evil.'),
  `${url}/`,
  url.replace('/share', ''),
  url.replace('/v1/', '/V1/'),
  url.replace('/v1/', '/v1%2F'),
  url.replace('https://', 'https://hub@'),
  '',
  'hub.example.gov.cn/share/v1/me',
  'javascript:alert(1)',
])('another address is another: %s', async htu => {
  expect(troubleOf(await proofOf({ htu }))).toContain('htu')
})

test('whatever path is called, its own proof is taken and that of any other is not', async () => {
  const segment = fc.oneof(
    fc.stringMatching(/^[\w~.-]{1,8}$/),
    fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }),
  )
  const path = fc.array(
    segment.map(one => encodeURIComponent(one.toWellFormed())),
    { minLength: 1, maxLength: 5 },
  )
  const { header, key } = await proofOf({})
  const proves = (said: string, called: string) => {
    const claims = { jti: '1', htm: 'GET', htu: `https://hub.example${said}`, iat: now }
    return troubleWithProof(
      { text: '', header, key, claims },
      { method: 'GET', urls: [`https://hub.example${called}`], now },
    )
  }
  const isDots = (part: string) => /^\.{1,2}$/.test(part)
  fc.assert(
    fc.property(path, path, (one, other) => {
      const [own, another] = [`/${one.join('/')}`, `/${other.join('/')}`]
      if (!one.some(isDots)) expect(proves(own, own)).toBeUndefined()
      if (own !== another && !other.some(isDots))
        expect(proves(own, another) === undefined).toBe(new URL(`https://h${own}`).pathname === another)
    }),
  )
})

test('whatever text comes, it is a proof or a sentence that does not repeat it', async () => {
  const good = await prover.prove({ method: 'GET', url })
  const broken = fc
    .record({ at: fc.nat({ max: good.length }), length: fc.nat({ max: 40 }), text: fc.string({ maxLength: 40 }) })
    .map(({ at, length, text }) => good.slice(0, at) + text + good.slice(at + length))
  fc.assert(
    fc.property(fc.oneof(broken, fc.string({ maxLength: 5_000 })), text => {
      const read = readProof(text)
      if ('en' in read) {
        expect(read.en).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,200}$/)
        expect(read.zh).toMatch(/\p{Script=Han}/u)
      } else expect(read.text.length).toBeLessThanOrEqual(4_096)
    }),
  )
})
