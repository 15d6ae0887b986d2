/** What oidc-provider is told of client assertions beyond its own rules, and what a client is told that is refused. */
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { tokenEndpointOf } from './address.ts'
import { type Assertion, type Place, troubleWithAssertion, troubleWithSigner } from './assertion.ts'

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

/** What to tell a client whose assertion was refused; undefined where it sent none. */
export function whyRefused({ oidc }: KoaContextWithOIDC, error: errors.OIDCProviderError, place: Place) {
  const sent = oidc.params?.client_assertion
  if (!(error instanceof errors.InvalidClientAuth) || typeof sent !== 'string') return undefined
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
