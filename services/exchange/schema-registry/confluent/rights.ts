/** Who may call what. Basic credentials are taken too: the password is the access token, the name says nothing. */
import type { Role } from '../../identity/caller.ts'

const all: Role[] = ['operator', 'steward', 'auditor', 'citizen', 'system']
const writers: Role[] = ['operator', 'steward', 'system']

export const reading = { config: { access: all, basic: true } }
export const writing = { config: { access: writers, basic: true } }
export const operating = { config: { access: ['operator'] as Role[], basic: true } }
