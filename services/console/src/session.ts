/**
 * Who is signed in: OpenID Connect, authorization code with PKCE. Tokens live in this tab's session storage, for ten
 * minutes each, and are renewed without a word while the issuer's own session lasts.
 */
import { InMemoryWebStorage, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts'
import { computed, readonly, ref } from 'vue'
import { language } from './i18n.ts'

export type Role = 'operator' | 'steward' | 'auditor' | 'citizen' | 'system'
type Me = {
  id: string
  roles: Role[]
  department?: string
  subject?: { type: 'person' | 'organisation'; id: string }
}

const own = `${window.location.origin}/console/`
const me = ref<Me>()
const profile = ref<User['profile']>()
/** In the language of the page where the issuer tags names with languages (OpenID Connect Core 5.2). */
const name = computed(() =>
  String(profile.value?.[`name#${language.value}`] ?? profile.value?.name ?? me.value?.id ?? ''),
)
let manager: UserManager | undefined

export const session = readonly({ me, name, signedIn: computed(() => me.value !== undefined) })
export const holds = (role: Role): boolean => me.value?.roles.includes(role) ?? false

/** Goes on with what an earlier page left, or with the code that the issuer has just sent us. Answers where to go then. */
export async function openSession(): Promise<string | undefined> {
  const users = await openManager()
  const query = new URLSearchParams(window.location.search)
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    const back = query.has('code') ? await users.signinRedirectCallback().catch(() => undefined) : undefined
    window.history.replaceState(null, '', own)
    await take(back)
    const state = back?.state as { path?: string } | undefined
    return state?.path
  }
  await take(await users.getUser())
  return undefined
}

/** In the hidden frame that renews tokens: tells the page around it, and does nothing else. */
export async function finishRenewal(): Promise<void> {
  const users = await openManager()
  await users.signinSilentCallback()
}

async function openManager(): Promise<UserManager> {
  if (manager) return manager
  const response = await fetch('/v1/console')
  const { issuer, clientId } = (await response.json()) as { issuer: string; clientId: string }
  manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: own,
    silent_redirect_uri: own,
    post_logout_redirect_uri: own,
    scope: 'openid profile',
    loadUserInfo: false,
    automaticSilentRenew: false,
    monitorSession: false,
    userStore: new WebStorageStateStore({ store: window.sessionStorage ?? new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
  })
  return manager
}

async function take(user: User | null | undefined): Promise<void> {
  me.value = undefined
  if (!user || user.expired) return
  const headers = { authorization: `Bearer ${user.access_token}` }
  const answer = await fetch('/v1/me', { headers }).catch(() => undefined)
  if (!answer?.ok) return
  me.value = (await answer.json()) as Me
  profile.value = user.profile
}

/** `path` is where the person wants to be afterwards. */
export async function signIn(path = window.location.pathname): Promise<void> {
  const users = await openManager()
  await users.signinRedirect({ state: { path: path.replace(/^\/console/, '') } })
}

export async function signOut(): Promise<void> {
  const users = await openManager()
  await users.signoutRedirect()
}

const renewBefore = 30
let renewing: Promise<User | null> | undefined

/** A token that is good for the next call, renewed where it is about to end. Undefined for who is not signed in. */
export async function accessToken(): Promise<string | undefined> {
  if (!me.value || !manager) return undefined
  const user = await manager.getUser()
  if (user && (user.expires_in ?? 0) > renewBefore) return user.access_token
  renewing ??= manager.signinSilent().finally(() => {
    renewing = undefined
  })
  const renewed = await renewing.catch(() => null)
  return renewed?.access_token ?? user?.access_token
}

/** The hub no longer takes the token: the issuer knows whether the person is still signed in there. */
export async function signInAgain(): Promise<void> {
  if (me.value) await signIn()
}
