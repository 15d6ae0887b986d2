/** An issuer that any OpenID provider could be, but for its tokens: they live a few seconds only, and it can go away. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { freePort } from '../../services/local/ports.ts'

export type ShortIssuer = { issuer: string; jwksUrl: string; open(): Promise<void>; close(): Promise<void> }

/** Gives a token to whoever asks: it is for faults, not for attacks. `seconds` is how long one lives. */
export async function createShortIssuer({
  audience,
  seconds,
}: {
  audience: string
  seconds: number
}): Promise<ShortIssuer> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'short', alg: 'ES256', use: 'sig' }] }

  const tokenFor = async (request: IncomingMessage) => {
    const system = new URLSearchParams(await text(request)).get('client_id')!
    const department = system.split('/')[0]
    const token = new SignJWT({ client_id: system, department, roles: ['system'] })
      .setProtectedHeader({ alg: 'ES256', kid: 'short' })
      .setIssuer(issuer)
      .setSubject(system)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
    return { access_token: await token.sign(privateKey), expires_in: seconds }
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const answers: Record<string, () => unknown> = {
      '/.well-known/openid-configuration': () => ({
        issuer,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      }),
      '/jwks': () => jwks,
      '/token': () => tokenFor(request),
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(await answers[request.url!]?.()))
  }
  const server = createServer((request, response) => void answer(request, response))
  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    open: () => new Promise(resolve => server.listen(port, '127.0.0.1', resolve)),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
