/** Access tokens: who gets one for what proof, and what stands in it. */
import { type Configuration, errors } from 'oidc-provider'
import { algorithmOf } from './keys.ts'
import type { ProviderParts } from './provider.ts'

const tenMinutes = 600
/** Seconds. RFC 7523 §3: an assertion that lives long is a password; ours need to live as long as one request. */
const longestAssertion = 300
const clockTolerance = 15

/** Access tokens are JWTs (RFC 9068) for the one audience there is, with what the exchange decides by. */
export function tokensOf({ settings, keys, people, now }: ProviderParts) {
  const { audience, issuer } = settings
  const hub = {
    audience,
    scope: '',
    accessTokenTTL: tenMinutes,
    accessTokenFormat: 'jwt' as const,
    jwt: { sign: { alg: algorithmOf(keys.signing[0]!) } },
  }
  return {
    clockTolerance,
    extraClientMetadata: { properties: ['department', 'roles'] },
    extraTokenClaims: (ctx, token) =>
      'accountId' in token ? claimsOf(people.find(({ id }) => id === token.accountId)) : claimsOf(ctx.oidc.client),
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims) => checkAssertion(claims, issuer, now()),
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
  const { department, roles, subject } = (described ?? {}) as Partial<Record<string, unknown>>
  return { roles, ...(department !== undefined && { department }), ...(subject !== undefined && { subject }) }
}

/** FAPI 2.0 §5.3.2.1: the audience of an assertion is the issuer alone, so that none can be used at two servers. */
function checkAssertion(claims: { aud?: unknown; exp?: number }, issuer: string, now: Date) {
  if (claims.aud !== issuer) throw new errors.InvalidClientAuth('aud must be the issuer')
  const lifetime = (claims.exp ?? 0) - now.getTime() / 1000
  if (lifetime > longestAssertion + clockTolerance) {
    throw new errors.InvalidClientAuth('exp must be at most five minutes away')
  }
}
