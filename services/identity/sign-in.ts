/** People signing in: authorization code with PKCE, for the console, on the page of routes.ts. */
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { pathOf } from './address.ts'
import { signedOutPage, signOutPage } from './pages.ts'
import type { Person } from './people.ts'
import type { ProviderParts } from './provider-parts.ts'

export function signInOf({ settings, people }: ProviderParts) {
  return {
    claims: { openid: ['sub'], profile: ['name', 'name#en', 'name#zh'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => {
      const person = people.find(one => one.id === id)
      return person && { accountId: id, claims: () => ({ sub: id, ...namesOf(person) }) }
    },
    interactions: { url: (_ctx, { uid }) => `${pathOf(settings.issuer)}/sign-in/${uid}` },
    loadExistingGrant: ctx => grantOf(ctx, settings.audience),
    clientBasedCORS: (_ctx, origin, { redirectUris }) =>
      redirectUris?.some(uri => new URL(uri).origin === origin) ?? false,
    features: {
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = signOutPage(form)
        },
        postLogoutSuccessSource: ctx => {
          ctx.body = signedOutPage()
        },
      },
    },
  } satisfies Configuration
}

/** A name in each language, as OpenID Connect Core 5.2 tags it, and the usual one for who knows no tags. */
const namesOf = ({ name }: Person) => ({ name: name.zh, 'name#zh': name.zh, 'name#en': name.en })

/** The console is the hub's own page, so nobody is asked for consent to it. */
async function grantOf({ oidc }: KoaContextWithOIDC, audience: string) {
  const { provider, session } = oidc
  const { clientId } = oidc.client!
  const existing = session!.grantIdFor(clientId)
  const found = existing && (await provider.Grant.find(existing))
  if (found) return found
  const grant = new provider.Grant({ clientId, accountId: session!.accountId })
  grant.addOIDCScope('openid profile')
  grant.addResourceScope(audience, '')
  await grant.save()
  return grant
}
