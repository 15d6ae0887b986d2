/** The acts of this API. Basic credentials are taken too: the password is the access token, the name says nothing. */
import type { Act } from '../../../platform/identity/acts.ts'

const as = (access: Act) => ({ config: { access, basic: true } })

export const reading = as('read-schemas')
export const registering = as('register-schema')
export const ruling = as('rule-schema')
export const deleting = as('delete-schema')
export const rulingAll = as('rule-all-schemas')
