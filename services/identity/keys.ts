/** The keys the issuer works with: its own, which it signs with, and the public ones of the hub's own systems. */

import type { JWK, JWKS } from 'oidc-provider'
import { type PublicKey, troubleWithKey } from '../contract/public-key.ts'

/** `signing`: private EC P-256 and Ed25519 keys. `cookies`: secrets that sign cookies. The first of each signs, all verify. */
export type IssuerKeys = { signing: JWK[]; cookies: Buffer[] }

const shortestSecret = 32
const privateMembers = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi', 'priv']

/**
 * Reads the issuer's key file: one JWK Set (RFC 7517) with signing keys, each with a `kid`, and `oct` keys for cookies.
 * @throws Error that names the place and what is wrong, never key material.
 */
export function readIssuerKeys(text: string): IssuerKeys {
  const keys = keysOf(text)
  const signing = keys.filter(isSigningKey)
  const secrets = keys.filter(({ kty }) => kty === 'oct').map(({ k }) => Buffer.from(String(k ?? ''), 'base64url'))
  if (signing.length === 0) throw new Error('has no private signing key (EC P-256 or Ed25519) with a kid')
  if (secrets.length === 0) throw new Error('has no key of type oct to sign cookies with')
  if (secrets.some(({ length }) => length < shortestSecret)) throw new Error('has an oct key shorter than 32 bytes')
  if (signing.length + secrets.length < keys.length) throw new Error('has keys that are neither of both: remove them')
  return { signing, cookies: secrets }
}

const isOfKnownCurve = ({ kty, crv, x, y }: JWK) =>
  (kty === 'EC' && crv === 'P-256' && Boolean(x && y)) || (kty === 'OKP' && crv === 'Ed25519' && Boolean(x))

const isSigningKey = (key: JWK) => Boolean(key.kid && key.d) && isOfKnownCurve(key)

/** A public JWK Set in a setting. Private members are complained of: they have no business in an environment. */
export function readPublicKeys(text: string): JWKS | { complaint: string } {
  try {
    const keys = keysOf(text)
    if (keys.length === 0) return { complaint: 'has no key' }
    const isPrivate = keys.some(key => privateMembers.some(member => member in key))
    if (isPrivate) return { complaint: 'holds a private key: give the public part alone' }
    if (!keys.every(isOfKnownCurve)) return { complaint: 'has a key that is neither EC P-256 nor Ed25519' }
    const trouble = keys.map(key => troubleWithKey(key as PublicKey)).find(Boolean)
    return trouble ? { complaint: `has a key whose ${trouble.member} ${trouble.is.en}` } : { keys }
  } catch (error) {
    return { complaint: (error as Error).message }
  }
}

function keysOf(text: string): JWK[] {
  const keys = parse(text)?.keys
  if (!Array.isArray(keys) || keys.some(key => typeof key !== 'object' || key === null)) {
    throw new Error('must be a JWK Set: {"keys":[...]}')
  }
  return keys as JWK[]
}

function parse(text: string): { keys?: unknown } | null {
  try {
    return JSON.parse(text) as { keys?: unknown } | null
  } catch {
    throw new Error('must be JSON')
  }
}
