/** Verifies bearer tokens against the issuers named in the settings. Knows nothing of an issuer but its JWKS. */
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { type Failure, failure } from '../../../contract/failure.ts'
import type { Caller } from './caller.ts'
import { readCaller } from './caller.ts'
import { boundBy, type Issuer } from './issuer.ts'
import { createVerifiedTokens } from './verified-tokens.ts'

export type TokenVerifierOptions = {
  issuers: readonly Issuer[]
  audience: string
  now: () => Date
  /** Told why a token was refused, for the operators' log. Names rules and claims, never their values. */
  refused?: (reason: string) => void
}
/** A token seen before is answered at once, without a promise. */
export type VerifyToken = (token: string) => Caller | Failure | Promise<Caller | Failure>

const algorithms = ['ES256', 'EdDSA', 'Ed25519']
const requiredClaims = ['iss', 'aud', 'sub', 'exp', 'iat']
/** FAPI 2.0 Security Profile 5.3.2.1: accept clocks that run up to 10 s ahead, refuse more than 60 s. */
const tolerance = 10
const furthestIssuedAhead = 60

/**
 * TOKEN_INVALID for whatever is wrong with a token, UNAVAILABLE where the issuer's keys cannot be read. A verified token
 * is remembered for at most ten minutes, so a key that its issuer withdraws stops working within twenty.
 */
export function createTokenVerifier({ issuers, audience, now, refused }: TokenVerifierOptions): VerifyToken {
  const keysOf = new Map(
    issuers.map(({ issuer, jwksUrl }) => [issuer, byEitherName(createRemoteJWKSet(new URL(jwksUrl)))]),
  )
  const issuerOf = new Map(issuers.map(one => [one.issuer, one]))
  const verified = createVerifiedTokens()

  const verifyNow = async (token: string, at: Date) => {
    const outcome = await readClaims(token, keysOf, audience, at)
    if (typeof outcome === 'string') return refuse(outcome)
    const said = readCaller(outcome)
    const caller = typeof said === 'string' ? said : boundBy(issuerOf.get(outcome.iss!)!, said)
    if (typeof caller === 'string') return refuse(caller)
    verified.keep(token, caller, outcome.exp! * 1000, at)
    return caller
  }
  const refuse = (reason: string) => {
    refused?.(reason)
    return failure(reason === issuerSilent ? 'UNAVAILABLE' : 'TOKEN_INVALID')
  }
  return token => {
    const at = now()
    return verified.find(token, at) ?? verifyNow(token, at)
  }
}

const otherName: Partial<Record<string, string>> = { EdDSA: 'Ed25519', Ed25519: 'EdDSA' }

/** Ed25519 has two names (RFC 8037, RFC 9864): a key may be published under one, and sign under the other. */
function byEitherName(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    const alg = otherName[header.alg]
    try {
      return await keys(header, token)
    } catch (error) {
      if (!alg || !(error instanceof errors.JWKSNoMatchingKey)) throw error
      return keys({ ...header, alg }, token)
    }
  }
}

const issuerSilent = 'the keys of the issuer cannot be read'

/** The claims of a genuine token, or the reason why it is none. */
async function readClaims(
  token: string,
  keysOf: ReadonlyMap<string, JWTVerifyGetKey>,
  audience: string,
  at: Date,
): Promise<JWTPayload | string> {
  try {
    const issuer = decodeJwt(token).iss ?? ''
    const keys = keysOf.get(issuer)
    if (!keys) return 'its issuer is not trusted'
    const options = { issuer, audience, algorithms, requiredClaims, clockTolerance: tolerance, currentDate: at }
    const { payload } = await jwtVerify(token, keys, options)
    if (payload.iat! > at.getTime() / 1000 + furthestIssuedAhead) return 'it was issued in the future'
    return payload
  } catch (error) {
    return reasonOf(error)
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC') return issuerSilent
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return issuerSilent
  const claim = 'claim' in error ? ` (${String(error.claim)})` : ''
  return `${error.code}${claim}`
}
