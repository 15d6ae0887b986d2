/**
 * The identifier of an electronic licence (电子证照标识, GB/T 36904):
 * `1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check>`. Type: the credit code of the authority that defined the
 * licence and three digits. Issuer: a credit code, or a division code. Check: ISO 7064 MOD 37,36 over the four parts.
 */
import { type CodeExceptions, noExceptions } from '../code-exceptions.ts'
import { digitAt } from './organisation-code.ts'
import { isUscc } from './uscc.ts'

const arc = '1.2.156.3005.2.'
const shape = /^1\.2\.156\.3005\.2\.[\dA-Z]{18}\d{3}\.[\dA-Z]{6,18}\.[\dA-Z]{1,32}\.\d{3}\.[\dA-Z]$/
const dot = 46

/** The check character over type, issuer, serial and version, in upper case; dots between them do not count. */
export function licenceIdCheck(parts: string): string {
  let product = 36
  for (let at = 0; at < parts.length; at++) {
    if (parts.charCodeAt(at) === dot) continue
    const sum = (product + digitAt(parts, at)) % 36 || 36
    product = (sum * 2) % 37
  }
  return ((37 - product) % 36).toString(36).toUpperCase()
}

/** `exceptions` are credit codes of authorities that a steward has named as lawful. */
export function isLicenceId(text: string, exceptions: CodeExceptions = noExceptions): boolean {
  if (!shape.test(text)) return false
  const authority = text.slice(arc.length, arc.length + 18)
  if (!isUscc(authority) && !exceptions.has(authority)) return false
  return licenceIdCheck(text.slice(arc.length, -2)) === text.charAt(text.length - 1)
}
