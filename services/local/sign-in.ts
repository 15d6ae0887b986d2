/**
 * Signs a sample person in the way a browser does, over HTTP: authorization code with PKCE (RFC 7636), the sign-in page,
 * cookies, redirects. For the story of `npm start` and for tests.
 */
import { createHash, randomBytes } from 'node:crypto'

type SignInOptions = {
  issuer: string
  /** One of the console's registered addresses; nothing needs to listen there. */
  redirectUri: string
  /** Id of the sample person. */
  person: string
}

const clientId = 'datarun-console'
const mostSteps = 10

/** An access token for the hub. @throws Error saying at which step the issuer answered something else. */
export async function signIn({ issuer, redirectUri, person }: SignInOptions): Promise<string> {
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid profile',
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
  })
  const back = await browse(`${issuer}/auth?${query}`, redirectUri, new URLSearchParams({ person }))
  const code = back.searchParams.get('code')
  if (!code || back.searchParams.get('state') !== state) {
    throw new Error(`${person} was not signed in: ${back.searchParams.get('error') ?? 'another state came back'}`)
  }
  return exchangeCode(issuer, { code, code_verifier: verifier, redirect_uri: redirectUri })
}

/** Follows redirects from `start`, answers the one page met with `form`, and stops where the browser would leave for `end`. */
async function browse(start: string, end: string, form: URLSearchParams): Promise<URL> {
  const cookies = new Map<string, string>()
  let address = start
  let body: URLSearchParams | undefined
  for (let step = 0; step < mostSteps; step++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(address, {
      method: body ? 'POST' : 'GET',
      body,
      headers: { cookie },
      redirect: 'manual',
    })
    keepCookies(cookies, response)
    const location = response.headers.get('location')
    if (location) {
      address = new URL(location, address).href
      body = undefined
      if (address.startsWith(end)) return new URL(address)
    } else if (response.ok && !body) body = form
    else if (body && response.status === 400) {
      throw new Error(
        `${form.get('person')} is nobody who can sign in here (the page answered HTTP 400). The local stack has ` +
          'auditor, operator, lin-xiaoyan, he-junjie, ma-lijuan, and steward-<department> for each department that ' +
          'stands in schemas/departments.json when it starts.',
      )
    } else throw new Error(`${new URL(address).pathname} answered HTTP ${response.status}`)
  }
  throw new Error(`the sign-in did not end after ${mostSteps} steps`)
}

function keepCookies(cookies: Map<string, string>, response: Response) {
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    if (name) cookies.set(name, value ?? '')
  }
}

async function exchangeCode(issuer: string, proof: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: clientId, ...proof })
  const response = await fetch(`${issuer}/token`, { method: 'POST', body })
  const { access_token, error } = (await response.json()) as { access_token?: string; error?: string }
  if (!access_token) throw new Error(`no token for the code: ${error ?? `HTTP ${response.status}`}`)
  return access_token
}
