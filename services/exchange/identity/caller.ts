import type { Subject } from '../../contract/subject.ts'

export type Role = 'operator' | 'steward' | 'auditor' | 'citizen' | 'system'

/** Who calls, as the token says. `id` is the token's `sub`: `department/system`, or a person's id at the issuer. */
export type Caller = {
  id: string
  kind: 'system' | 'person'
  department?: string
  roles: readonly Role[]
  subject?: Subject
}
