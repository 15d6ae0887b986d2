/** The addresses by which callers reach the hub: from the settings, else from where it listens; never from a call. */
import type { AddressInfo } from 'node:net'

/** `https://hub.example.gov.cn,https://gateway.example.gov.cn/datarun`, without a slash at the end. */
export function readAddresses(text: string): string[] | { complaint: string } {
  const given = text
    .split(',')
    .map(one => one.trim())
    .filter(Boolean)
  const urls = given.filter(one => URL.canParse(one)).map(one => new URL(one))
  if (urls.length < given.length || urls.some(({ protocol }) => !/^https?:$/.test(protocol)))
    return { complaint: 'must be absolute URLs of http or https' }
  if (urls.some(({ search, hash, username }) => search || hash || username))
    return { complaint: 'must be addresses without query, fragment and user' }
  return urls.map(({ origin, pathname }) => origin + pathname.replace(/\/+$/, ''))
}

/** Without a proxy before it, on one machine. */
export function listeningAt(address: AddressInfo | string | null): string[] {
  if (typeof address !== 'object' || address === null) return []
  const { address: host, family, port } = address
  const own = family === 'IPv6' ? `[${host}]` : host
  return [...new Set([own, '127.0.0.1', 'localhost'])].map(name => new URL(`http://${name}:${port}`).origin)
}
