/** Preview of a consent for its subject, as the department would receive it: the subject's own records, cut down to its fields. */
import type { Json } from '../../../contract/canonical-json.ts'
import { type Failure, failure } from '../../../contract/failure.ts'
import { parsePointer, valuesAt } from '../../../contract/json-pointer.ts'
import { isSameSubject, type Subject } from '../../../contract/subject.ts'
import type { Consent } from '../../law/consent/consent.ts'
import { readConsent } from '../../law/consent/consent-store.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { readRecords } from '../../records/registry/subject-record-store.ts'
import type { MeNeeds } from './needs.ts'

type PreviewedRecord = { pointer: string; text: string }[]
type Preview = { datasets: { dataset: string; records: PreviewedRecord[] }[] }

const mostShown = 5

/** For the subject alone, whoever else may see the consent. The reading is logged like any other. */
export async function previewConsent(
  needs: MeNeeds,
  caller: Caller,
  own: Subject,
  id: string,
): Promise<Preview | Failure> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const consent = await readConsent(tx, id)
    if (!consent || !isAbout(consent, own)) return failure('NOT_FOUND')
    const scope = Object.entries(consent.datasets)
    const found = await readRecords(
      tx,
      scope.map(([dataset]) => ({ subject: own, dataset })),
    )
    record({
      kind: 'citizen-view',
      caller: caller.id,
      about: [own],
      datasets: scope.map(([dataset]) => dataset),
      content: { what: 'records', found: found.flat().length },
      decision: 'permit',
    })
    return {
      datasets: scope.map(([dataset, fields], n) => ({
        dataset,
        records: found[n]!.slice(0, mostShown).map(({ body }) => cutDown(body, fields)),
      })),
    }
  })
  return outcome
}

const isAbout = ({ subject }: Consent, own: Subject) => isSameSubject(subject, own)

const cutDown = (body: Json, fields: readonly string[]): PreviewedRecord =>
  fields.flatMap(pointer =>
    valuesAt(body, parsePointer(pointer) ?? []).map(value => ({ pointer, text: textOf(value) })),
  )

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))
