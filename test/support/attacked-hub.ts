/** A hub with something to steal: two departments that share, a citizen with a consent, and people of every role. */
import { randomUUID } from 'node:crypto'
import type { OutgoingMessage } from '../../services/contract/envelope.ts'
import type { Person } from '../../services/identity/people.ts'
import { alice, bob, datasetOf, must, permitMessage, registerDepartment, registerSystem } from './city-department.ts'
import { eventually } from './eventually.ts'
import { startTestHub, type TestHub } from './exchange.ts'
import { uniqueDepartment } from './kafka.ts'

const both = (zh: string, en: string) => ({ zh, en })
const person = (id: string, more: Pick<Person, 'roles'> & Partial<Person>): Person => ({
  id,
  name: both(id, id),
  about: both(id, id),
  ...more,
})
const people: Person[] = [
  person('an-operator', { roles: ['operator'] }),
  person('an-auditor', { roles: ['auditor'] }),
  person('alice', { roles: ['citizen'], subject: { type: 'person', id: alice } }),
  person('bob', { roles: ['citizen'], subject: { type: 'person', id: bob } }),
]

export type AttackedHub = TestHub & {
  /** Holds the permits; Alice's `P-1` is one. */
  source: string
  /** May use them with Alice's consent, for `purpose`. */
  user: string
  /** Has nothing to do with either. */
  stranger: string
  dataset: string
  purpose: string
  agreement: string
  consent: string
}

export async function openAttackedHub(environment: Record<string, string> = {}): Promise<AttackedHub> {
  const hub = await startTestHub({ people, environment })
  try {
    const loot = await fill(hub)
    if (environment.DATARUN_INGEST !== 'false') await eventually(() => isStored(hub, loot.dataset, 'P-1'))
    return { ...hub, ...loot }
  } catch (error) {
    await hub.close()
    throw error
  }
}

async function fill(hub: TestHub) {
  const source = uniqueDepartment('source')
  const user = uniqueDepartment('user')
  const stranger = uniqueDepartment('stranger')
  const sharing = { type: 'conditional' as const, scope: both('全市', 'the city'), use: both('办事', 'for services') }
  await registerDepartment(hub, source, datasetOf(source, { sharing, basis: 'consent' }))
  await registerDepartment(hub, stranger)
  await registerSystem(hub, user, 'registry', ['system', 'steward'])
  const dataset = `${source}.permit`
  const purpose = `transfer-${user.slice(-8)}`
  await must(
    hub.call('PUT', `/v1/matters/${purpose}`, 'hub/operator', {
      title: both('转移', 'Transfer'),
      department: user,
      purpose: { code: purpose, title: both('转移', 'Transfer') },
      requirements: [{ id: 'permit', title: both('许可', 'Permit'), evidence: [[dataset]] }],
    }),
  )
  await publishTo(hub, dataset, [permitMessage(source, { number: 'P-1', sequence: 1 })])
  const agreement = await shareWithUser({ hub, source, user, dataset, purpose })
  const given = await must(hub.call('POST', '/v1/consents', 'alice', consentTo(user, dataset, purpose)))
  return { source, user, stranger, dataset, purpose, agreement, consent: String(given.body.id) }
}

export async function publishTo(hub: TestHub, dataset: string, messages: OutgoingMessage[]): Promise<void> {
  const publisher = await hub.kafka.publisher()
  await publisher.publish(`datarun.${dataset}`, messages)
  await publisher.close()
}

export async function isStored(hub: TestHub, dataset: string, key: string): Promise<boolean> {
  const text = 'select from record where dataset = $1 and key = $2'
  return (await hub.database.pool.query(text, [dataset, key])).rowCount === 1
}

type Sharing = { hub: TestHub; source: string; user: string; dataset: string; purpose: string }

/** Asked for, approved and provided: a pull may read name and income with a consent. */
async function shareWithUser({ hub, source, user, dataset, purpose }: Sharing): Promise<string> {
  const asked = await must(
    hub.call('POST', '/v1/agreements', `${user}/registry`, {
      dataset,
      purpose,
      fields: ['/number', '/holder/name', '/income'].map(pointer => ({ pointer, use: 'read' })),
      basis: { type: 'consent' },
      scenario: both('受理转移登记', 'When a transfer is applied for'),
      method: 'service-interface',
      demands: { case: false, official: false },
      validUntil: '2099-01-01T00:00:00Z',
    }),
  )
  const { id } = asked.body
  await must(hub.call('POST', `/v1/agreements/${id}/approve`, `${source}/registry`, {}))
  return id
}

export const consentTo = (department: string, dataset: string, purpose: string, more: object = {}) => ({
  subject: { type: 'person', id: alice },
  department,
  purpose,
  datasets: [{ dataset, fields: ['/number', '/holder/name', '/income'] }],
  validUntil: '2098-01-01T00:00:00Z',
  ...more,
})

export const pullOf = ({ dataset, purpose }: Pick<AttackedHub, 'dataset' | 'purpose'>, more: object = {}) => ({
  dataset,
  purpose,
  subject: { type: 'person', id: alice },
  case: `case-${randomUUID()}`,
  ...more,
})
