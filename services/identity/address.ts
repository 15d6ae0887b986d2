/**
 * The issuer's one address is DATARUN_ISSUER (RFC 8414 §2: what discovery tells must be the issuer's own). Neither Host nor
 * X-Forwarded-* nor a request target in absolute form may change what it tells of itself, or anyone could have its
 * discovery name another server, and a proxy that sets none of them would break it.
 */
import type { IncomingMessage, RequestListener } from 'node:http'

/** The path of the issuer, without a slash at the end: empty for most. */
export const pathOf = (issuer: string): string => new URL(issuer).pathname.replace(/\/+$/, '')

/** The token endpoint, as discovery tells it. */
export const tokenEndpointOf = (issuer: string): string => `${new URL(issuer).origin + pathOf(issuer)}/token`

/** `answer` sees each request as sent to the issuer's address. It must believe X-Forwarded-Proto: it is ours. */
export function atItsAddress(issuer: string, answer: RequestListener): RequestListener {
  const { protocol, host } = new URL(issuer)
  const path = pathOf(issuer)
  return (request, response) => {
    for (const name of Object.keys(request.headers)) if (name.startsWith('x-forwarded-')) delete request.headers[name]
    request.headers.host = host
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
    request.url = targetOf(request, path)
    answer(Object.assign(request, { baseUrl: path }), response)
  }
}

/** Without scheme and host, and without the issuer's path, which a proxy may have taken off already. */
function targetOf({ url = '/' }: IncomingMessage, path: string): string {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, '')
  const own = path && (target === path || target.startsWith(`${path}/`)) ? target.slice(path.length) : target
  return own.startsWith('/') || own === '*' ? own : `/${own}`
}
