/** Access tokens: who gets one for what proof, and what stands in it. */
import { type Configuration, errors } from 'oidc-provider'
import { signingAlgorithm } from '../contract/public-key.ts'
import { clockTolerance } from './assertion.ts'
import { checkAssertion, placeOf } from './client-proof.ts'
import type { ProviderParts } from './provider-parts.ts'

const tenMinutes = 600

/** Access tokens are JWTs (RFC 9068) for the one audience there is, with what the exchange decides by. */
export function tokensOf({ settings, keys, people, now }: ProviderParts) {
  const { audience } = settings
  const hub = {
    audience,
    scope: '',
    accessTokenTTL: tenMinutes,
    accessTokenFormat: 'jwt' as const,
    jwt: { sign: { alg: signingAlgorithm(keys.signing[0]!) } },
  }
  return {
    clockTolerance,
    extraClientMetadata: { properties: ['department', 'roles'] },
    extraTokenClaims: (ctx, token) =>
      'accountId' in token ? claimsOf(people.find(({ id }) => id === token.accountId)) : claimsOf(ctx.oidc.client),
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims, header) =>
      checkAssertion({ header, claims }, placeOf(settings.issuer, now())),
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: (_ctx, resource) => {
          if (resource !== audience) throw new errors.InvalidTarget()
          return hub
        },
      },
    },
  } satisfies Configuration
}

/** A person here, or a client with the metadata of client-store.ts. */
function claimsOf(described: object | undefined) {
  const { department, roles, subject, birthdate } = (described ?? {}) as Partial<Record<string, unknown>>
  const given = Object.entries({ department, subject, birthdate }).filter(([, value]) => value !== undefined)
  return { roles, ...Object.fromEntries(given) }
}
