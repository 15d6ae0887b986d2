/** Impossible keys could be registered: points off the curve, another algorithm, doubles; each would fail at its first token. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type PublicKey, troubleWithKey } from '../../../services/contract/public-key.ts'

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) as PublicKey
const ed = () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) as PublicKey
const memberOf = (key: PublicKey) => troubleWithKey(key)?.member

test('keys that were made are taken, with and without their algorithm', () => {
  for (let n = 0; n < 50; n++) {
    expect([memberOf(ec()), memberOf(ed())]).toEqual([undefined, undefined])
    expect([memberOf({ ...ec(), alg: 'ES256' }), memberOf({ ...ed(), alg: 'EdDSA' })]).toEqual([undefined, undefined])
  }
})

test.each<[string, () => PublicKey, string]>([
  ['another point of the line', () => ({ ...ec(), y: ec().y! }), 'x'],
  ['x cut short', () => ({ ...ec(), x: ec().x!.slice(0, -4) }), 'x'],
  ['y missing', () => ({ kty: 'EC', crv: 'P-256', x: ec().x! }), 'y'],
  ['y where there is none', () => ({ ...ed(), y: ec().y! }), 'y'],
  ['the curve of another type', () => ({ ...ec(), crv: 'Ed25519' }), 'crv'],
  ['the algorithm of another type', () => ({ ...ec(), alg: 'EdDSA' }), 'alg'],
  ['the other one’s', () => ({ ...ed(), alg: 'ES256' }), 'alg'],
  ['zero', () => ({ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }), 'x'],
  [
    'the neutral point',
    () => ({ kty: 'OKP', crv: 'Ed25519', x: Buffer.from([1, ...Array(31).fill(0)]).toString('base64url') }),
    'x',
  ],
  [
    'more than the field holds',
    () => ({ kty: 'OKP', crv: 'Ed25519', x: Buffer.alloc(32, 255).toString('base64url') }),
    'x',
  ],
])('a key with %s is not', (_, make, member) => {
  expect(memberOf(make())).toBe(member)
})

test('of random Ed25519 bytes about half are points, and what is said is said again', () => {
  const found = Array.from({ length: 300 }, () => {
    const key = { kty: 'OKP', crv: 'Ed25519', x: randomBytes(32).toString('base64url') }
    expect(memberOf(key)).toBe(memberOf(key))
    return memberOf(key)
  })
  const points = found.filter(member => member === undefined).length
  expect(points).toBeGreaterThan(100)
  expect(points).toBeLessThan(200)
})

test('whatever the members are, nothing is thrown', () => {
  const text = fc.option(fc.string({ maxLength: 60 }), { nil: undefined })
  fc.assert(
    fc.property(fc.constantFrom('EC', 'OKP'), text, text, text, text, (kty, crv, x, y, alg) => {
      const key = Object.fromEntries(Object.entries({ kty, crv, x, y, alg }).filter(([, value]) => value !== undefined))
      expect(troubleWithKey(key)).toBeDefined()
    }),
  )
})
