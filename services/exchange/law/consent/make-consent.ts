/** From what was sent to a consent that may be stored: rules only. */

import type { Caller } from '../../platform/identity/caller.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { Actor } from './actor.ts'
import type { Both, Consent } from './consent.ts'
import type { ConsentBody } from './consent-body.ts'
import { noticeOf } from './notice.ts'
import { given, stepOf } from './step.ts'

type Making = {
  id: string
  caller: Caller
  department: { id: string; title: Both }
  purposeText: Both
  datasetOf: (id: string) => Dataset | undefined
  now: Date
}

/** With an actor it is given at once, without one it is a request that waits for the subject. */
export function makeConsent(body: ConsentBody, actor: Actor | undefined, making: Making): Consent {
  const { id, caller, department, now } = making
  const { subject, purpose, uses, frequency } = body
  const base: Consent = {
    id,
    subject,
    department: department.id,
    purpose,
    state: actor ? 'active' : 'requested',
    validFrom: body.validFrom ? new Date(body.validFrom) : now,
    validUntil: new Date(body.validUntil),
    datasets: Object.fromEntries(body.datasets.map(({ dataset, fields }) => [dataset, [...new Set(fields)]])),
    ...(uses !== undefined && { uses }),
    used: 0,
    ...(frequency && { frequency }),
    periodUsed: 0,
    artefact: artefactOf(body, making),
    version: 1,
    history: [actor ? stepOf('give', actor, now) : { step: 'request', at: now.toISOString(), by: 'department' }],
    createdAt: now,
    updatedAt: now,
  }
  return actor ? given(base, actor, now) : { ...base, artefact: { ...base.artefact, requestedBy: caller.id } }
}

function artefactOf(body: ConsentBody, making: Making): Consent['artefact'] {
  const { dataRange, dataLife, language = 'zh' } = body
  const { purposeText } = making
  return {
    purposeText,
    language,
    notice: body.notice ?? noticeOf(partsOf(body, making), language),
    ...(dataRange && { dataRange }),
    ...(dataLife && { dataLife }),
  }
}

function partsOf(body: ConsentBody, { department, purposeText, datasetOf }: Making) {
  const datasets = body.datasets.flatMap(({ dataset: id, fields }) => {
    const dataset = datasetOf(id)
    if (!dataset) return []
    const named = dataset.fields.filter(({ pointer }) => fields.includes(pointer))
    return [{ title: dataset.title, fields: named.map(({ title }) => title) }]
  })
  const { uses } = body
  return {
    department: department.title,
    purpose: purposeText,
    datasets,
    validUntil: new Date(body.validUntil),
    ...(uses !== undefined && { uses }),
  }
}
