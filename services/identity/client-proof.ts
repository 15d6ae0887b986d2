/** Rules for client assertions beyond those of oidc-provider, and the words for a client that is refused. */
import { hash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { readProof, troubleWithProof } from '../contract/dpop-proof.ts'
import { tokenEndpointOf } from './address.ts'
import { type Assertion, type Place, troubleWithAssertion, troubleWithSigner } from './assertion.ts'
import { isGuessing } from './client-secret.ts'

export const placeOf = (issuer: string, now: Date): Place => ({
  issuer,
  tokenEndpoint: tokenEndpointOf(issuer),
  now: now.getTime() / 1000,
})

/** @throws InvalidClientAuth for an assertion that is genuine and says what it may not. */
export function checkAssertion(assertion: Assertion, place: Place): void {
  const trouble = troubleWithAssertion(assertion, place)
  if (trouble) throw new errors.InvalidClientAuth(trouble)
}

const usedBefore = 'jti was used before: sign each assertion anew'
/** oidc-provider tells the caller that it failed, and why to us alone. `id` is what it remembers an assertion or a proof by. */
export class UsedBefore extends errors.InvalidClientAuth {
  readonly id: string
  constructor(id: string) {
    super(usedBefore)
    this.id = id
  }
}

/** The same for a client that is none, for one that has to sign, and for a wrong secret. */
const noReader = 'client_id and client_secret fit no schema reader; systems send a client_assertion (private_key_jwt)'

/** The answer to a client that gets no token. */
export type Reason = { error: string; why: string }

/** The fault of the assertion or the proof (DPoP) that came; undefined where neither is to blame. */
export function whyRefused(ctx: KoaContextWithOIDC, error: errors.OIDCProviderError, place: Place): Reason | undefined {
  const why = (words: string | undefined) => (words === undefined ? undefined : { error: error.error, why: words })
  if (error instanceof errors.InvalidDpopProof) return why(troubleWithSentProof(ctx, place))
  if (error.error_detail === 'DPoP proof JWT not provided') return why(proofDemanded)
  if (!(error instanceof errors.InvalidClientAuth)) return undefined
  const sent = ctx.oidc.params?.client_assertion
  const assertion = typeof sent === 'string' ? decode(sent) : undefined
  if (error instanceof UsedBefore) return isOf(assertion, error.id) ? why(usedBefore) : usedProof
  if (typeof sent !== 'string') return why(isGuessing(error) ? error.error_detail : noReader)
  if (!assertion) return why('client_assertion must be one signed JWT in compact form')
  const keys = (ctx.oidc.client?.jwks?.keys ?? []) as Parameters<typeof troubleWithSigner>[1]
  return why(troubleWithAssertion(assertion, place) ?? troubleWithSigner(assertion.header, keys))
}

/** oidc-provider remembers assertions and proofs alike, by issuer and jti. */
const isOf = (assertion: Assertion | undefined, id: string) =>
  assertion !== undefined && id === hash('sha256', `${assertion.claims.iss}${assertion.claims.jti}`, 'base64url')
const usedProof = { error: 'invalid_dpop_proof', why: 'jti was used before: sign each proof anew' }
const proofDemanded = 'this client gets tokens bound by DPoP alone: send the header DPoP with a proof'

function troubleWithSentProof(ctx: KoaContextWithOIDC, { tokenEndpoint, now }: Place): string {
  const proof = readProof(ctx.get('DPoP'))
  if ('en' in proof) return proof.en
  return (
    troubleWithProof(proof, { method: 'POST', urls: [tokenEndpoint], now })?.en ??
    'the signature does not fit jwk, or jwk is no key'
  )
}

function decode(sent: string): Assertion | undefined {
  try {
    return { header: decodeProtectedHeader(sent), claims: decodeJwt(sent) }
  } catch {
    return undefined
  }
}
