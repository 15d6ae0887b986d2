/** The OpenID provider: what oidc-provider is told of our clients, tokens and people. */
import { type Configuration, Provider } from 'oidc-provider'
import { signingAlgorithm } from '../contract/public-key.ts'
import { assertionAlgorithms } from './assertion.ts'
import { compareSecretsByDigest } from './client-secret.ts'
import { clientsOf } from './clients.ts'
import { errorPage } from './pages.ts'
import type { ProviderParts } from './provider-parts.ts'
import { signInOf } from './sign-in.ts'
import { createAdapter } from './state-store.ts'
import { tokensOf } from './tokens.ts'

export function createProvider(parts: ProviderParts): Provider {
  const { settings, keys } = parts
  const tokens = tokensOf(parts)
  const signIn = signInOf(parts)
  const ownClients = clientsOf(parts)
  const provider = new Provider(settings.issuer, {
    ...only,
    ...tokens,
    ...signIn,
    features: { ...features, ...tokens.features, ...signIn.features },
    adapter: (kind: string) => createAdapter(parts.database, kind, ownClients),
    jwks: { keys: keys.signing },
    cookies: { keys: keys.cookies },
    clientDefaults: { id_token_signed_response_alg: signingAlgorithm(keys.signing[0]!) },
    renderError: async (ctx, { error, error_description }) => {
      ctx.type = 'html'
      ctx.body = errorPage(`${error}: ${error_description ?? ''}`)
    },
  })
  compareSecretsByDigest(provider, parts.now)
  provider.proxy = true // Of address.ts, which lets nothing through that a caller says.
  return provider
}

const tenMinutes = 600
const workingDay = 8 * 3_600

/** Everything else that oidc-provider could do is off: what isn't needed can't be attacked. */
const only = {
  clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none'],
  enabledJWA: {
    clientAuthSigningAlgValues: [...assertionAlgorithms],
    idTokenSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519'],
  },
  pkce: { required: () => true },
  responseTypes: ['code'],
  scopes: ['openid', 'profile'],
  subjectTypes: ['public'],
  ttl: {
    AccessToken: tenMinutes,
    AuthorizationCode: 60,
    ClientCredentials: tenMinutes,
    Grant: workingDay,
    IdToken: tenMinutes,
    Interaction: tenMinutes,
    Session: workingDay,
  },
} satisfies Configuration

const features = {
  devInteractions: { enabled: false },
  dPoP: { enabled: true },
  pushedAuthorizationRequests: { enabled: false },
  userinfo: { enabled: false },
} satisfies Configuration['features']
