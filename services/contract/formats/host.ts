/** Names and addresses of hosts. Each text is looked at once. */

/** RFC 1123, section 2.1: labels of 1 to 63 letters, digits and inner hyphens; at most 253 characters in all (RFC 1035). */
export const longestHostname = 253
const label = /^[\da-z](?:[\da-z-]{0,61}[\da-z])?$/i

/** `hostname`: `data.sh.gov.cn`. An internationalised name in its ASCII form only (`xn--…`, RFC 5891), without its tables. */
export const isHostname = (text: string): boolean =>
  text.length <= longestHostname && text.split('.').every(part => label.test(part))

/** `ipv4` (RFC 2673, section 3.2): four decimal numbers up to 255. No leading zeros, which some software reads as octal. */
export const isIpv4 = (text: string): boolean =>
  text.length <= 15 && /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text)

/** `ipv6` (RFC 4291, section 2.2): eight groups, one run of them left out as `::`, the last two perhaps as an IPv4 address. */
export function isIpv6(text: string): boolean {
  if (text.length > 45) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? ''
  const hasIpv4 = last.includes('.') && text.endsWith(last)
  if (hasIpv4 && !isIpv4(last)) return false
  const plain = hasIpv4 ? groups.slice(0, -1) : groups
  const count = plain.length + (hasIpv4 ? 2 : 0)
  return plain.every(group => /^[\da-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count <= 7 : count === 8)
}
