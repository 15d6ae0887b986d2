import type { JWTPayload } from 'jose'
import { anyException } from '../../../contract/code-exceptions.ts'
import { isPlainText } from '../../../contract/envelope.ts'
import { isDate } from '../../../contract/formats/calendar.ts'
import { type Role, roles } from '../../../contract/role.ts'
import { isSubject, type Subject } from '../../../contract/subject.ts'

export type { Role }

/** Who calls, as the token says. `id` is the token's `sub`: `department/system`, or a person's id at the issuer. */
export type Caller = {
  id: string
  kind: 'system' | 'person'
  department?: string
  roles: readonly Role[]
  subject?: Subject
  /** `1990-03-07`, by the issuer: for subjects whose id tells none. */
  birthDate?: string
  /** Thumbprint (RFC 7638) of the key that the token is bound to (cnf.jkt, RFC 9449 §6.1): whoever sends it must prove to hold that. */
  boundTo?: string
}

/** As tokens and settings name departments. */
export const departmentId = /^[a-z0-9][a-z0-9-]*$/

/** OpenID Connect Core, 2. Ids stand in log entries: one that could not be written there would hold up those of others. */
const longestId = 255

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && isPlainText(value, longestId)

const isDepartment = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 64 && departmentId.test(value)

const isThumbprint = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{43}$/.test(value)

/** The thumbprint in cnf, undefined where the token is bound to nothing, or what is wrong with it. */
function boundTo(cnf: unknown): { jkt: string | undefined } | string {
  if (cnf === undefined) return { jkt: undefined }
  const { jkt, ...others }: { jkt?: unknown } = typeof cnf === 'object' && cnf ? cnf : {}
  return isThumbprint(jkt) && Object.keys(others).length === 0
    ? { jkt }
    : 'cnf binds it in a way that is not known here'
}

/**
 * The caller a genuine token speaks of, or what contradicts itself in it. A system's token is one whose `sub` is the
 * client itself (RFC 9068 §2.2); a system stands for one department and never for a citizen. Roles unknown here count
 * for nothing: an issuer that others use too may have more of them. An organisation whose code is no longer named as lawful
 * is still known, so that it can see its accesses and withdraw; what it gives is checked where it gives it.
 */
export function readCaller(claims: JWTPayload): Caller | string {
  const { sub, client_id, department, subject, birthdate } = claims
  if (!isId(sub)) return 'sub is empty, too long, or holds control characters'
  const kind = client_id === sub ? 'system' : 'person'
  if (department !== undefined && !isDepartment(department)) return 'department is no id of a department'
  if (kind === 'system' && !(department && sub.startsWith(`${department}/`)))
    return 'sub is no system of its department'
  if (subject !== undefined && !isSubject(subject, anyException)) return 'subject is no person or organisation'
  const held = roles.filter(role => Array.isArray(claims.roles) && claims.roles.includes(role))
  if (kind === 'system' && (subject !== undefined || held.includes('citizen'))) return 'a system is no citizen'
  if (kind === 'person' && held.includes('system')) return 'a person is no system'
  const birthDate = typeof birthdate === 'string' && isDate(birthdate) ? { birthDate: birthdate } : {}
  const binding = boundTo(claims.cnf)
  if (typeof binding === 'string') return binding
  const { jkt } = binding
  return {
    id: sub,
    kind,
    roles: held,
    ...(department && { department }),
    // Other members that an issuer adds (a name) go no further.
    ...(subject && { subject: { type: subject.type, id: subject.id }, ...birthDate }),
    ...(jkt && { boundTo: jkt }),
  }
}
