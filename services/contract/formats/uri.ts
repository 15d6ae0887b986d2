/**
 * URIs by RFC 3986, and IRIs by RFC 3987, which may hold characters beyond ASCII. Taken apart at the marks that the RFC's
 * appendix B names; each part is looked at once.
 */
import { isIpv6 } from './host.ts'

/** RFC 3986 sets no end; RFC 9110, section 4.1, asks recipients for 8,000 octets at least, and longer ones are refused here. */
export const longestUri = 8_000

const percent = '%[\\da-fA-F]{2}'
const plain = "\\w.~!$&'()*+,;=\\-"
/** RFC 3987, section 2.2: `ucschar`, and `iprivate`, which stands in queries only. */
const beyond =
  '\\u{a0}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{ffef}\\u{10000}-\\u{1fffd}\\u{20000}-\\u{2fffd}\\u{30000}-\\u{3fffd}' +
  '\\u{40000}-\\u{4fffd}\\u{50000}-\\u{5fffd}\\u{60000}-\\u{6fffd}\\u{70000}-\\u{7fffd}\\u{80000}-\\u{8fffd}\\u{90000}-\\u{9fffd}' +
  '\\u{a0000}-\\u{afffd}\\u{b0000}-\\u{bfffd}\\u{c0000}-\\u{cfffd}\\u{d0000}-\\u{dfffd}\\u{e1000}-\\u{efffd}'
const priv = '\\u{e000}-\\u{f8ff}\\u{f0000}-\\u{ffffd}\\u{100000}-\\u{10fffd}'

const only = (characters: string) => new RegExp(`^(?:[${characters}]|${percent})*$`, 'u')
const partsOf = (more: string, inQuery: string) => ({
  name: only(`${plain}${more}`),
  user: only(`${plain}:${more}`),
  path: only(`${plain}:@/${more}`),
  query: only(`${plain}:@/?${inQuery}`),
  fragment: only(`${plain}:@/?${more}`),
})
type Parts = ReturnType<typeof partsOf>
const ascii = partsOf('', '')
const international = partsOf(beyond, beyond + priv)

const shape = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/su

function isReference(text: string, parts: Parts, needsScheme: boolean): boolean {
  if (text.length > longestUri) return false
  const [, scheme, authority, path = '', query = '', fragment = ''] = shape.exec(text) ?? []
  if (scheme === undefined ? needsScheme : !/^[a-z][a-z\d+.-]*$/i.test(scheme)) return false
  // Without a scheme, a colon in the first segment would be read as the end of one.
  if (scheme === undefined && authority === undefined && path.split('/', 1)[0]!.includes(':')) return false
  if (authority !== undefined && !isAuthority(authority, parts)) return false
  return parts.path.test(path) && parts.query.test(query) && parts.fragment.test(fragment)
}

function isAuthority(authority: string, parts: Parts): boolean {
  const at = authority.indexOf('@')
  if (at >= 0 && !parts.user.test(authority.slice(0, at))) return false
  const host = authority.slice(at + 1)
  const literal = /^\[([^\]]*)\](?::\d*)?$/.exec(host)
  if (literal) return isIpv6(literal[1]!) || /^v[\da-f]+\.[\w.~!$&'()*+,;=:-]+$/i.test(literal[1]!)
  const [, name] = /^([^:]*)(?::\d*)?$/.exec(host) ?? []
  return name !== undefined && parts.name.test(name)
}

/** `uri`: with a scheme. `https://example.cn/a?b#c`, `urn:uuid:…`, `mailto:li@example.cn`. */
export const isUri = (text: string): boolean => isReference(text, ascii, true)
/** `uri-reference`: with a scheme or relative. */
export const isUriReference = (text: string): boolean => isReference(text, ascii, false)
/** `iri`: `https://例子.中国/目录`. */
export const isIri = (text: string): boolean => isReference(text, international, true)
export const isIriReference = (text: string): boolean => isReference(text, international, false)
