/**
 * An issuer that the hub trusts, and for what: the roles it may give and the departments it may speak for. A city's issuer of
 * citizens must not be able to make an operator.
 */
import { type Role, roles } from '../../../contract/role.ts'
import { type Caller, departmentId } from './caller.ts'

export type Issuer = { issuer: string; jwksUrl: string; roles: readonly Role[]; departments: '*' | readonly string[] }

/**
 * `issuer|address of its keys|roles|departments`. The keys are at `<issuer>/jwks` unless an address is given. Roles and
 * departments are separated by spaces; `*` is every department. Without roles the issuer opens nothing.
 */
export function readIssuer(text: string): Issuer | { complaint: string } {
  const [issuer = '', address = '', given = '', spoken = '', ...more] = text.split('|').map(part => part.trim())
  const jwksUrl = address || `${issuer.replace(/\/$/, '')}/jwks`
  if (!URL.canParse(issuer) || !URL.canParse(jwksUrl)) return { complaint: 'must be absolute URLs' }
  const [held, departments] = [wordsOf(given), wordsOf(spoken)]
  const unknown = held.find(role => !roles.includes(role as Role))
  if (unknown !== undefined) return { complaint: `names the role ${unknown}; there are: ${roles.join(', ')}` }
  if (spoken !== '*' && departments.some(one => !departmentId.test(one)))
    return { complaint: 'must name departments by their ids, or * for all' }
  if (more.length > 0) return { complaint: 'must be issuer|address of its keys|roles|departments' }
  return { issuer, jwksUrl, roles: held as Role[], departments: spoken === '*' ? '*' : departments }
}

const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean)

/** The caller with those of its roles that its issuer may give, or why the issuer may not speak of it at all. */
export function boundBy({ roles: given, departments }: Issuer, caller: Caller): Caller | string {
  const { department: own } = caller
  if (own !== undefined && departments !== '*' && !departments.includes(own))
    return 'its issuer may not speak for its department'
  const held = caller.roles.filter(role => given.includes(role))
  const { subject, birthDate, ...rest } = caller
  return {
    ...rest,
    roles: held,
    ...(subject && held.includes('citizen') && { subject, ...(birthDate && { birthDate }) }),
  }
}
