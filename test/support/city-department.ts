/** A small department with one dataset of its own, registered at a test hub: enough to publish and to pull. */

import type { JsonObject } from '../../services/contract/canonical-json.ts'
import { type RecordChange, writeEnvelope } from '../../services/contract/envelope.ts'
import type { Right } from '../../services/contract/role.ts'
import type { Dataset } from '../../services/exchange/law/catalogue/dataset.ts'
import { creditCodeOf } from './credit-code.ts'
import type { TestHub } from './exchange.ts'

export const alice = '11010519491231002X'
export const bob = '440524188001010014'

/** A dataset about two persons, with a key, a validity and one sensitive field. */
export const datasetOf = (department: string, more: Partial<Dataset> = {}): Dataset => ({
  id: `${department}.permit`,
  department,
  title: { zh: '许可', en: 'Permit' },
  description: { zh: '测试许可', en: 'A permit for tests' },
  format: 'structured',
  sharing: { type: 'unconditional' },
  sharingMethod: 'service-interface',
  basis: 'statutory-duty',
  key: '/number',
  subjects: [
    { type: 'person', id: '/holder/id', role: 'holder' },
    { type: 'person', id: '/partner/id', role: 'partner' },
  ],
  validity: { from: '/validFrom', until: '/validUntil' },
  fields: ['/number', '/holder/id', '/holder/name', '/partner/id', '/validFrom', '/validUntil', '/income'].map(
    pointer => ({
      pointer,
      title: { zh: pointer, en: pointer },
      classification: pointer === '/income' ? ('sensitive' as const) : ('personal' as const),
    }),
  ),
  updateCycle: 'realtime',
  securityLevel: 3,
  ...more,
})

export const permitSchema = (department: string) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:datarun:${department}.permit:v1`,
  type: 'object',
  additionalProperties: false,
  required: ['number', 'holder'],
  properties: {
    number: { type: 'string', pattern: '^P-[0-9]{1,12}$', maxLength: 14 },
    holder: {
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: { id: { type: 'string', format: 'resident-id' }, name: { type: 'string', maxLength: 500 } },
    },
    partner: {
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: { id: { type: 'string', format: 'resident-id' } },
    },
    validFrom: { type: 'string', format: 'date' },
    validUntil: { type: 'string', format: 'date' },
    income: { type: 'integer', minimum: 0 },
  },
})

export type PermitEvent = {
  number: string
  sequence: number
  change?: RecordChange
  id?: string
  data?: JsonObject
  version?: number
}

/** One message about a permit of Alice; `data` is laid over the usual content. */
export function permitMessage(
  department: string,
  { number, sequence, change = 'issued', id, data, version = 1 }: PermitEvent,
) {
  return writeEnvelope({
    id: id ?? `${number}:${sequence}`,
    system: `${department}/registry`,
    dataset: `${department}.permit`,
    key: number,
    change,
    time: '2026-03-01T08:00:00Z',
    schemaVersion: version,
    sequence,
    data: { number, holder: { id: alice, name: '张三' }, income: 100, ...data },
  })
}

/** Registers department, system, dataset and schema; throws with the hub's answer where one is refused. */
export async function registerDepartment(
  hub: TestHub,
  department: string,
  dataset = datasetOf(department),
): Promise<Dataset> {
  await registerSystem(hub, department, 'registry', ['system', 'steward'])
  const { id, ...entry } = dataset
  await must(hub.call('PUT', `/v1/datasets/${id}`, 'hub/operator', entry))
  await must(hub.call('POST', `/v1/datasets/${id}/schemas`, 'hub/operator', { schema: permitSchema(department) }))
  return dataset
}

export async function registerSystem(
  hub: TestHub,
  department: string,
  name: string,
  roles = ['system'],
  rights: Right[] = ['publish', 'pull', 'consents'],
): Promise<string> {
  const title = { zh: department, en: department }
  await must(
    hub.call('PUT', `/v1/departments/${department}`, 'hub/operator', { title, creditCode: creditCodeOf(department) }),
  )
  const { publicKeys } = await hub.issuer.keys.of(`${department}/${name}`)
  await must(
    hub.call('PUT', `/v1/departments/${department}/systems/${name}`, 'hub/operator', {
      title,
      jwks: publicKeys,
      roles,
      rights,
    }),
  )
  return `${department}/${name}`
}

export async function must<T extends { status: number; text: string }>(answer: Promise<T>): Promise<T> {
  const found = await answer
  if (found.status >= 400) throw new Error(`${found.status}: ${found.text}`)
  return found
}
