/** `email`: the Mailbox of RFC 5321, section 4.1.2, with its lengths (4.5.3.1). */
import { isHostname, isIpv4, isIpv6 } from './host.ts'

export const longestEmail = 254
const longestLocalPart = 64

const dotString = /^[\w!#$%&'*+\-/=?^`{|}~]+(?:\.[\w!#$%&'*+\-/=?^`{|}~]+)*$/
const quotedString = /^"(?:[ !#-[\]-~]|\\[ -~])*"$/
const generalLiteral = /^[\da-z-]*[\da-z]:[!-Z^-~]+$/i

/** `li@example.cn`, `"li si"@example.cn`, `li@[192.0.2.1]`. A part before `@` may hold `@` only where it is quoted. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@')
  if (at < 1 || at > longestLocalPart || text.length > longestEmail) return false
  const local = text.slice(0, at)
  if (!dotString.test(local) && !quotedString.test(local)) return false
  const domain = text.slice(at + 1)
  return domain.startsWith('[') ? isAddress(domain) : isHostname(domain)
}

function isAddress(literal: string): boolean {
  if (!literal.endsWith(']')) return false
  const address = literal.slice(1, -1)
  if (/^ipv6:/i.test(address)) return isIpv6(address.slice(5))
  return isIpv4(address) || generalLiteral.test(address)
}
