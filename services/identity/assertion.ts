/**
 * Why a client assertion (private_key_jwt, RFC 7523 §3; FAPI 2.0 §5.3.2.1) is refused, in words for error_description. That is
 * ASCII without quotes and backslashes (RFC 6749 §5.2), so English alone. Nothing that was sent is repeated. Of clients and
 * keys no more is told than of those that the caller names: who names no key of a client gets the same answer whether there is
 * such a client or not.
 */
import type { JWK } from 'oidc-provider'

export type Assertion = { header: Record<string, unknown>; claims: Record<string, unknown> }
/** `now` in seconds since the epoch. */
export type Place = { issuer: string; tokenEndpoint: string; now: number }

export const assertionAlgorithms = ['ES256', 'EdDSA', 'Ed25519'] as const
export const clockTolerance = 15
/** RFC 7523 §3: an assertion that lives long is a password; ours need to live as long as one request. */
const longest = 300
/** FAPI 2.0 §5.3.2.1: clocks that run up to 10 s ahead are accepted, more than 60 s are not. */
const furthestAhead = 60

/** The first thing that is wrong with what an assertion says, whoever signed it; undefined where nothing is. */
export function troubleWithAssertion({ header, claims }: Assertion, place: Place): string | undefined {
  const isKnown = assertionAlgorithms.some(alg => alg === header.alg)
  if (!isKnown) return 'alg must be ES256 (kty EC, crv P-256), or EdDSA or Ed25519 (kty OKP, crv Ed25519)'
  if (!isText(claims.jti)) return 'jti must be a text that no other assertion has'
  if (!isText(claims.iss) || claims.iss !== claims.sub) return 'iss and sub must both be the client_id'
  return troubleWithAudience(claims.aud, place) ?? troubleWithTimes(claims, place.now)
}

function troubleWithAudience(aud: unknown, { issuer, tokenEndpoint }: Place) {
  if (Array.isArray(aud)) return 'aud must be one string, not an array (FAPI 2.0): the issuer or the token endpoint'
  if (aud === issuer || aud === tokenEndpoint) return undefined
  return 'aud must be the issuer or the token endpoint, letter by letter as discovery tells them'
}

function troubleWithTimes({ exp, iat, nbf }: Record<string, unknown>, now: number) {
  if (typeof exp !== 'number') return 'exp must be there, in seconds since 1970'
  if (exp <= now - clockTolerance) return 'exp is past: sign each assertion anew, and check the clock'
  if (exp > now + longest + clockTolerance) return 'exp must be at most five minutes away'
  if (!isTime(iat)) return 'iat must be in seconds since 1970'
  if (Number(iat ?? 0) > now + furthestAhead) return 'iat lies in the future: check the clock'
  if (!isTime(nbf)) return 'nbf must be in seconds since 1970'
  if (Number(nbf ?? 0) > now + clockTolerance) return 'nbf lies in the future: check the clock'
  return undefined
}

/** Why no key verifies an assertion. `keys` are those of the client that it names, none where there is no such client. */
export function troubleWithSigner({ alg, kid }: Assertion['header'], keys: readonly JWK[]): string {
  if (kid !== undefined && !isText(kid)) return 'kid must be a text'
  if (kid === undefined) return 'the signature fits no registered key of this client with the kty and crv of alg'
  const named = keys.find(key => key.kid === kid)
  if (!named) return 'kid names no registered key of this client'
  if ((named.kty === 'EC') !== (alg === 'ES256'))
    return 'alg does not belong to the kty and crv of the key that kid names'
  return 'the signature does not fit the key that kid names'
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isTime = (value: unknown) => value === undefined || typeof value === 'number'
