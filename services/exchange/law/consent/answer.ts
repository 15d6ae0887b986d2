/** A consent as it is answered to its subject and to the receiving department. */

import Type, { type Static } from 'typebox'
import { bilingual, closed } from '../../../contract/shapes.ts'
import { subjectSchema } from '../../../contract/subject-schema.ts'
import { type Consent, consentStates, standingOf } from './consent.ts'
import { dataLifeSchema, dataRangeSchema, frequencySchema, scopeSchema, usesSchema } from './consent-body.ts'
import { answerEvidence, type Evidence, evidenceAnswer } from './evidence.ts'

const text = Type.String()

export const consentAnswer = Type.Object(
  {
    id: text,
    subject: subjectSchema,
    department: Type.String({ description: 'Who may use the data' }),
    purpose: Type.Object({ code: text, title: bilingual }, closed),
    datasets: scopeSchema,
    state: Type.Enum([...consentStates]),
    validFrom: text,
    validUntil: text,
    uses: Type.Optional(usesSchema),
    used: Type.Integer({ description: 'Counted where uses or frequency are limited' }),
    lastUsedAt: Type.Optional(text),
    frequency: Type.Optional(frequencySchema),
    dataRange: Type.Optional(dataRangeSchema),
    dataLife: Type.Optional(dataLifeSchema),
    language: text,
    notice: text,
    collection: Type.Optional(
      Type.Object(
        {
          method: text,
          evidence: Type.Optional(evidenceAnswer),
          recordedBy: Type.Optional(Type.String({ description: 'Who recorded it at the counter' })),
          representation: Type.Optional(text),
        },
        closed,
      ),
    ),
    requestedBy: Type.Optional(text),
    lapsesAt: Type.Optional(Type.String({ description: 'When the subject comes of age and must confirm it' })),
    version: Type.Integer(),
    history: Type.Array(
      Type.Object({ step: text, at: text, by: text, evidence: Type.Optional(evidenceAnswer) }, closed),
    ),
  },
  { ...closed, $id: 'Consent', title: 'Consent' },
)
export type ConsentAnswer = Static<typeof consentAnswer>

export function answerOf(consent: Consent, now: Date): ConsentAnswer {
  const { id, subject, department, purpose, datasets, validFrom, validUntil, used, version, history } = consent
  const { uses, lastUsedAt, frequency, lapsesAt, artefact } = consent
  const { dataRange, dataLife, language, notice, collection, requestedBy, purposeText } = artefact
  return {
    id,
    subject,
    department,
    purpose: { code: purpose, title: purposeText },
    datasets: Object.entries(datasets).map(([dataset, fields]) => ({ dataset, fields })),
    state: standingOf(consent, now),
    validFrom: validFrom.toISOString(),
    validUntil: validUntil.toISOString(),
    ...(uses !== undefined && { uses }),
    used,
    ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
    ...(frequency && { frequency }),
    ...(dataRange && { dataRange }),
    ...(dataLife && { dataLife }),
    language,
    notice,
    ...(collection && { collection: withEvidence(collection) }),
    ...(requestedBy && { requestedBy }),
    ...(lapsesAt && { lapsesAt: lapsesAt.toISOString() }),
    version,
    history: history.map(withEvidence),
  }
}

function withEvidence<T extends { evidence?: Evidence | string }>({ evidence, ...plain }: T) {
  return { ...plain, ...(evidence !== undefined && { evidence: answerEvidence(evidence) }) }
}
