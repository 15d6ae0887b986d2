/**
 * Who may do what, for every route of both APIs. Each route names its act; docs/rights.md is made from this table. A system
 * that acts as `system` also needs the right, which the operator gives it at its registration. An act on one object has
 * further rules in its room: whose dataset, whose consent.
 */
import type { Right, Role } from '../../../contract/role.ts'

type Who = { roles: readonly Role[]; right?: Right }

/** Everybody but readers, who are there for schemas alone. */
const all: Who = { roles: ['operator', 'steward', 'auditor', 'citizen', 'system'] }
const only = (...roles: Role[]): Who => ({ roles })
const orSystemWith = (right: Right, ...roles: Role[]): Who => ({ roles: [...roles, 'system'], right })

export const acts = {
  'see-oneself': all,
  'read-catalogue': all,
  'read-schemas': { roles: [...all.roles, 'reader'] },

  pull: orSystemWith('pull'),
  'ask-for-agreement': orSystemWith('pull', 'steward'),
  'step-agreement': orSystemWith('pull', 'steward', 'operator'),
  'read-agreements': only('operator', 'steward', 'auditor', 'system'),
  'read-worklist': only('operator', 'steward', 'system'),

  'handle-consent': orSystemWith('consents', 'citizen', 'steward'),
  'list-consents': orSystemWith('consents', 'steward'),
  'register-representation': only('steward'),
  'end-representation': only('citizen', 'steward'),
  'own-affairs': only('citizen'),

  'check-record': orSystemWith('publish', 'operator', 'steward'),
  'read-rejections': orSystemWith('publish', 'operator', 'steward'),
  'replay-rejections': only('operator', 'steward'),
  'skip-unreadable': only('operator'),
  'reset-sequence': only('operator', 'steward'),
  'read-corrections': only('operator', 'steward'),
  'answer-correction': only('steward'),

  'register-schema': orSystemWith('schemas', 'operator', 'steward'),
  'rule-schema': only('operator', 'steward'),
  'delete-schema': only('operator', 'steward'),
  'rule-all-schemas': only('operator'),

  'enter-dataset': only('operator', 'steward'),
  'name-code-exception': only('steward'),
  'read-changes': only('operator', 'steward', 'auditor'),
  'publish-change': only('operator'),
  'withdraw-change': only('steward'),
  'find-repeat-collection': only('operator', 'steward', 'auditor'),
  'read-figures': only('operator', 'steward'),
  'read-ledger': only('operator', 'steward', 'auditor'),
  'read-access-log': only('auditor'),
  'check-log-index': only('operator', 'auditor'),

  'register-department': only('operator'),
  'register-system': only('operator'),
  'register-reader': only('operator'),
  'read-systems': only('operator', 'auditor'),
  'enter-matter': only('operator'),
  operate: only('operator'),
} as const satisfies Record<string, Who>

export type Act = keyof typeof acts

export const whoMay = (act: Act): Who => acts[act]

/** `rights` are those of the calling system; a person has none and needs none. */
export function mayDo(act: Act, held: readonly Role[], rights: readonly Right[]): boolean {
  const { roles, right } = whoMay(act)
  return held.some(role => roles.includes(role) && (role !== 'system' || !right || rights.includes(right)))
}
