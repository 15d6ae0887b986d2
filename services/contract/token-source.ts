/**
 * Access tokens for a system: OAuth 2 client credentials with a signed assertion instead of a password (private_key_jwt,
 * RFC 7523), at any issuer that publishes OpenID discovery.
 */
import { randomUUID } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'
import { createProofKey, type ProofMaker } from './proof-key.ts'
import { signingAlgorithm } from './public-key.ts'

export type TokenSourceOptions = {
  issuer: string
  /** The system's id, `civil-affairs/marriage-registry`. */
  clientId: string
  /** The private half of a key whose public half is registered for the system. */
  privateKey: JWK
  audience: string
  now?: () => Date
}
export type TokenSource = {
  /** A token good for a minute at least. @throws Error saying whether the issuer refused or did not answer. */
  token(): Promise<string>
}
/** The headers by which a call proves who makes it. */
export type Authorize = (method: string, url: string) => Promise<Record<string, string>>

type Token = { text: string; isBound: boolean; expires: number }

const renewBefore = 60_000
const assertionSeconds = 60
const patience = 10_000

/** Bearer tokens: for Kafka, which knows no proofs, and for whoever tries things out. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const current = tokensOf(options)
  return { token: async () => (await current()).text }
}

/** Headers with a token and its proof (DPoP), or with a bearer token where the issuer binds none. */
export function createAuthorize(options: TokenSourceOptions): Authorize {
  const key = createProofKey(options.now ?? (() => new Date()))
  const current = tokensOf(options, key)
  return async (method, url) => {
    const { text: token, isBound } = await current()
    const proof = isBound && (await (await key).prove({ method, url, token }))
    return { authorization: `${proof ? 'DPoP' : 'Bearer'} ${token}`, ...(proof && { dpop: proof }) }
  }
}

export const bearing =
  (token: () => Promise<string>): Authorize =>
  async () => ({ authorization: `Bearer ${await token()}` })

function tokensOf(options: TokenSourceOptions, key?: Promise<ProofMaker>): () => Promise<Token> {
  const now = options.now ?? (() => new Date())
  let endpoint: string | undefined
  let current: Token | undefined
  let asking: Promise<Token> | undefined

  const renew = async () => {
    endpoint ??= await findTokenEndpoint(options.issuer)
    current = await requestToken(endpoint, options, now(), await key)
    return current
  }
  return async () => {
    const at = now().getTime()
    if (current && at < current.expires - renewBefore) return current
    asking ??= renew().finally(() => {
      asking = undefined
    })
    try {
      return await asking
    } catch (error) {
      // The issuer is down for a moment: what we hold may outlast it.
      if (current && at < current.expires) return current
      throw error
    }
  }
}

async function findTokenEndpoint(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { status, body } = await ask(address, {}, issuer)
  if (status === 200 && typeof body.token_endpoint === 'string') return body.token_endpoint
  throw new Error(`The issuer ${issuer} has no OpenID discovery document: check its address`)
}

/** Of a caller that was not known by its assertion; any other refusal has another cause. */
const checks = 'check that the system is registered and active, that its key is the registered one, and the clocks'

async function requestToken(
  endpoint: string,
  options: TokenSourceOptions,
  now: Date,
  key: ProofMaker | undefined,
): Promise<Token> {
  const { issuer, clientId, audience } = options
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await signAssertion(options, now),
    resource: audience,
  })
  const headers = key && { dpop: await key.prove({ method: 'POST', url: endpoint }) }
  const { status, body } = await ask(endpoint, { method: 'POST', body: form, ...(headers && { headers }) }, issuer)
  if (status === 200 && typeof body.access_token === 'string') {
    const isBound = String(body.token_type).toLowerCase() === 'dpop'
    return { text: body.access_token, isBound, expires: now.getTime() + Number(body.expires_in ?? 0) * 1000 }
  }
  if (status >= 500) throw new Error(`The issuer ${issuer} is out of order (HTTP ${status}): try again`)
  const refused = `The issuer ${issuer} refused ${clientId} a token (${String(body.error ?? `HTTP ${status}`)}${reasonIn(body)})`
  throw new Error(body.error === 'invalid_client' ? `${refused}: ${checks}` : refused)
}

/** An issuer's own words, unless they are long enough to repeat an assertion. */
function reasonIn({ error_description: words }: Record<string, unknown>): string {
  return typeof words === 'string' && /^[\x20-\x7e]{1,120}$/.test(words) ? `: ${words}` : ''
}

async function signAssertion({ issuer, clientId, privateKey }: TokenSourceOptions, now: Date): Promise<string> {
  const alg = signingAlgorithm(privateKey)
  const seconds = Math.floor(now.getTime() / 1000)
  return new SignJWT()
    .setProtectedHeader({ alg, ...(privateKey.kid && { kid: privateKey.kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setJti(randomUUID())
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + assertionSeconds)
    .sign(await importJWK(privateKey, alg))
}

async function ask(address: string, request: RequestInit, issuer: string) {
  try {
    const response = await fetch(address, { ...request, redirect: 'error', signal: AbortSignal.timeout(patience) })
    const body = (await response.json().catch(() => ({}))) as Record<string, unknown>
    return { status: response.status, body }
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string; message?: string } }
    throw new Error(`The issuer ${issuer} does not answer (${cause?.code ?? cause?.message ?? name})`)
  }
}
