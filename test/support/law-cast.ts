/** Who plays in the tests of the sharing law: departments, datasets, a matter, and callers by a short name. */
import type { Subject } from '../../services/contract/subject.ts'
import type { Dataset } from '../../services/exchange/law/catalogue/dataset.ts'
import type { Matter } from '../../services/exchange/law/catalogue/matter.ts'
import type { Caller, Role } from '../../services/exchange/platform/identity/caller.ts'
import { datasetOf } from './city-department.ts'

export const departments = ['civil-affairs', 'natural-resources', 'taxation'] as const
export const purpose = 'real-estate-transfer'

export const marriage = datasetOf('civil-affairs', {
  sharing: { type: 'conditional', scope: both('全市', 'the city'), use: both('办事', 'for services') },
  basis: 'consent',
})
export const clearance = datasetOf('taxation')
export const income: Dataset = {
  ...datasetOf('taxation'),
  id: 'taxation.income',
  sharing: { type: 'withheld', law: '《中华人民共和国税收征收管理法》第八条' },
}

export function both(zh: string, en: string) {
  return { zh, en }
}

export const matter: Matter = {
  id: purpose,
  department: 'natural-resources',
  title: both('转移登记', 'Transfer'),
  purpose: { code: purpose, title: both('转移登记', 'Transfer') },
  requirements: [{ id: 'marriage', title: both('婚姻', 'Marriage'), evidence: [[marriage.id]] }],
}

/** `who` is `department/system`, `department/steward`, `operator`, `auditor`, or the id of a person as a citizen. */
export const callerOf = (who: string): Caller => {
  if (who === 'operator' || who === 'auditor') return { id: who, kind: 'person', roles: [who] }
  if (!who.includes('/'))
    return { id: `p-${who.slice(0, 3)}`, kind: 'person', roles: ['citizen'], subject: subjectOf(who) }
  const [department, name] = who.split('/')
  const roles: Role[] = name === 'steward' ? ['steward'] : ['system']
  return { id: who, kind: name === 'steward' ? 'person' : 'system', department: department!, roles }
}
const subjectOf = (id: string): Subject => ({
  type: /^\d/.test(id) && !id.startsWith('9') ? 'person' : 'organisation',
  id,
})
