import type { ClientMetadata } from 'oidc-provider'
import { systemClient } from './client-store.ts'
import type { ProviderParts } from './provider-parts.ts'

const consoleId = 'datarun-console'

/**
 * Clients known by settings: the hub's own systems, since someone has to register the first department, and the web
 * console, a public client, where there are people who may sign in. All others are registered systems.
 */
export function clientsOf({ settings, people }: ProviderParts): ClientMetadata[] {
  const { operatorJwks, operatorDpop, hubJwks, consoleRedirectUris } = settings
  const own = [
    systemClient({
      id: 'hub/operator',
      department: 'hub',
      roles: ['operator'],
      jwks: operatorJwks,
      dpopRequired: operatorDpop,
    }),
    systemClient({ id: 'hub/exchange', department: 'hub', roles: [], jwks: hubJwks, dpopRequired: false }),
  ]
  if (people.length === 0 || consoleRedirectUris.length === 0) return own
  const console: ClientMetadata = {
    client_id: consoleId,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: consoleRedirectUris,
    post_logout_redirect_uris: consoleRedirectUris,
  }
  return [...own, console]
}
