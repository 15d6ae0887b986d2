/** What oidc-provider is told of client assertions beyond its own rules, and what a client is told that is refused. */
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
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
/** oidc-provider tells the caller that it failed, and why to us alone. */
export const usedAssertion = () => new errors.InvalidClientAuth(usedBefore)

/** The same for a client that is none, for one that has to sign, and for a wrong secret. */
const noReader = 'client_id and client_secret fit no schema reader; systems send a client_assertion (private_key_jwt)'

/** What to tell a client that was refused for its proof; undefined where it was refused for something else. */
export function whyRefused({ oidc }: KoaContextWithOIDC, error: errors.OIDCProviderError, place: Place) {
  if (!(error instanceof errors.InvalidClientAuth)) return undefined
  const sent = oidc.params?.client_assertion
  if (typeof sent !== 'string') return isGuessing(error) ? error.error_detail : noReader
  if (error.error_detail === usedBefore) return usedBefore
  const assertion = decode(sent)
  if (!assertion) return 'client_assertion must be one signed JWT in compact form'
  const keys = (oidc.client?.jwks?.keys ?? []) as Parameters<typeof troubleWithSigner>[1]
  return troubleWithAssertion(assertion, place) ?? troubleWithSigner(assertion.header, keys)
}

function decode(sent: string): Assertion | undefined {
  try {
    return { header: decodeProtectedHeader(sent), claims: decodeJwt(sent) }
  } catch {
    return undefined
  }
}
