/** A hub with an office that pulls and departments that it pulls from; records are put into the registry as ingest does. */
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import type { RecordStatus } from '../../services/contract/envelope.ts'
import type { Subject } from '../../services/contract/subject.ts'
import type { Dataset } from '../../services/exchange/law/catalogue/dataset.ts'
import type { Matter, Requirement } from '../../services/exchange/law/catalogue/matter.ts'
import { readEntries } from '../../services/exchange/log/tree/entry-store.ts'
import { storeVersions } from '../../services/exchange/records/registry/record-store.ts'
import { inTransaction } from '../../services/postgres/transaction.ts'
import { alice, bob, datasetOf, must, registerDepartment, registerSystem } from './city-department.ts'
import { counterEvidence } from './counter-evidence.ts'
import { type Answer, startTestHub, type TestHub } from './exchange.ts'
import { uniqueDepartment } from './kafka.ts'
import { both, requirement } from './pull-cases.ts'

export const purpose = 'transfer'
export const person = (id: string): Subject => ({ type: 'person', id })

export type PullCity = {
  hub: TestHub
  /** The department that pulls, and its system. */
  office: string
  desk: string
  /** A department with the dataset `<department>.permit`; returns its id. */
  addSource(more?: Partial<Dataset>): Promise<Dataset>
  /** Lets the office use fields of a dataset; returns the agreement's id. */
  agree(dataset: string, more?: JsonObject): Promise<string>
  /** The matter `transfer` of the office, or another. */
  putMatter(requirements: Requirement[], more?: Partial<Matter>): Promise<void>
  store(dataset: string, ...records: StoredRecord[]): Promise<void>
  pull(body: JsonObject, as?: string): Promise<Answer>
  /** The log entry with this index. */
  entry(index: number): Promise<JsonObject & { content: JsonObject }>
  close(): Promise<void>
}

type StoredRecord = {
  key: string
  sequence?: number
  status?: RecordStatus
  validUntil?: string
  about?: string[]
  body?: JsonObject
}

const validUntil = new Date(Date.now() + 86_400_000).toISOString()

export async function openPullCity(): Promise<PullCity> {
  const people = [
    { id: 'alice', name: both('Alice'), about: both('citizen'), roles: ['citizen' as const], subject: person(alice) },
    { id: 'bob', name: both('Bob'), about: both('citizen'), roles: ['citizen' as const], subject: person(bob) },
    { id: 'auditor', name: both('Auditor'), about: both('auditor'), roles: ['auditor' as const] },
  ]
  const hub = await startTestHub({ people })
  const office = uniqueDepartment('office')
  const desk = await registerSystem(hub, office, 'desk')
  await putMatter([requirement('anything', [])])

  async function putMatter(requirements: Requirement[], { id = purpose, ...more }: Partial<Matter> = {}) {
    const purposes = { code: purpose, title: both('Transfer') }
    const body = { title: both('Transfer'), department: office, purpose: purposes, requirements, ...more }
    await must(hub.call('PUT', `/v1/matters/${id}`, 'hub/operator', body))
  }
  async function agree(dataset: string, more: JsonObject = {}) {
    const { body } = await must(
      hub.call('POST', '/v1/agreements', desk, {
        dataset,
        purpose,
        fields: [{ pointer: '/number', use: 'read' }],
        basis: { type: 'statutory-duty', provision: '《测试法》第一条' },
        scenario: both('Tests'),
        method: 'service-interface',
        validUntil,
        ...more,
      }),
    )
    const source = dataset.split('.')[0]
    await must(hub.call('POST', `/v1/agreements/${body.id}/approve`, `${source}/registry`, {}))
    return body.id as string
  }
  return {
    hub,
    office,
    desk,
    putMatter,
    agree,
    addSource: more => {
      const department = uniqueDepartment('source')
      return registerDepartment(hub, department, datasetOf(department, more))
    },
    store: (dataset, ...records) => storeRecords(hub, dataset, records),
    pull: (body, as = desk) =>
      hub.call('POST', '/v1/pulls', as, { subject: person(alice), purpose, case: '2026-1', official: 'u-1', ...body }),
    entry: async index => {
      const [found] = await readEntries(hub.database.pool, index, index + 1)
      return JSON.parse(found!.entry)
    },
    close: () => hub.close(),
  }
}

async function storeRecords(hub: TestHub, dataset: string, records: StoredRecord[]): Promise<void> {
  await inTransaction(hub.database.pool, tx =>
    storeVersions(
      tx,
      dataset,
      records.map(({ key, sequence = 1, status = 'valid', validUntil, about = [alice], body }) => ({
        dataset,
        key,
        sequence,
        status,
        schemaVersion: 1,
        validFrom: undefined,
        validUntil,
        eventId: `${key}:${sequence}`,
        system: 'registry',
        eventTime: '2026-03-01T08:00:00Z',
        body: JSON.stringify({ number: key, holder: { id: about[0]!, name: '张三' }, income: 100, ...body }),
        subjects: about.map(person),
      })),
    ),
  )
}

/** Records a consent that the subject signed at the counter; returns its id. */
export async function takeConsent(city: PullCity, datasets: string[], more: JsonObject = {}): Promise<string> {
  const { body } = await must(
    city.hub.call('POST', '/v1/consents', city.desk, {
      subject: person(alice),
      purpose,
      datasets: datasets.map(dataset => ({ dataset, fields: ['/number'] })),
      validUntil,
      evidence: counterEvidence(),
      ...more,
    }),
  )
  return body.id
}
