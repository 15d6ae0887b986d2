/** From the bases in force to the exact fields: what is released, what may be verified, what is withheld, and on which basis. */
import type { AgreedField } from '../agreement/agreement.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { DataRange } from '../consent/consent.ts'
import type { Ask, Basis, Decision, Permit, ReleasedField, WithheldField } from './decision.ts'
import { type RefusalCode, refuseWith } from './refusal.ts'

/** One basis in force and the fields it covers. */
export type Grant = { basis: Basis; fields: readonly AgreedField[]; dataRange?: DataRange; dataLife?: string }

/** A field and the uses of it that would do. */
type Wish = { pointer: string; allows: (field: AgreedField) => boolean }

const isReleased = ({ use }: AgreedField) => use !== 'verify'
/** A masked field may not be verified: claims would tell by and by what the mask hides. */
const isVerified = ({ use }: AgreedField) => use !== 'mask'

/** Gives each wanted field to the first grant that covers it. Nothing is dropped silently: the rest is named, with a code. */
export function permit(
  ask: Ask,
  dataset: Dataset,
  grants: readonly Grant[],
  why: (wish: Wish) => RefusalCode,
): Decision {
  const fields: ReleasedField[] = []
  const withheldFields: WithheldField[] = []
  const used = new Set<Grant>()
  const find = (pointer: string, allows: Wish['allows']): AgreedField | undefined => {
    for (const grant of grants) {
      const field = grant.fields.find(agreed => agreed.pointer === pointer && allows(agreed))
      if (!field) continue
      used.add(grant)
      return field
    }
    withheldFields.push({ pointer, code: why({ pointer, allows }) })
    return undefined
  }
  for (const pointer of wantedFields(ask, dataset)) {
    const field = find(pointer, isReleased)
    if (field) fields.push(releasedOf(field))
  }
  const claims = (ask.claims ?? []).filter(({ field }) => find(field, isVerified))
  if (used.size === 0) return refuseWith(weightiest(withheldFields))
  return { decision: 'permit', fields, claims, withheldFields, ...termsOf([...used]) }
}

const wantedFields = ({ fields, claims }: Ask, dataset: Dataset): readonly string[] =>
  fields ?? (claims ? [] : dataset.fields.map(({ pointer }) => pointer))

const releasedOf = (field: AgreedField): ReleasedField =>
  field.use === 'mask'
    ? { pointer: field.pointer, use: 'mask', mask: field.mask }
    : { pointer: field.pointer, use: 'read' }

/** That a consent is missing says more than that the field is not covered. */
const weightiest = (withheld: WithheldField[]): RefusalCode =>
  withheld.find(({ code }) => code !== 'FIELD_NOT_COVERED')?.code ?? 'FIELD_NOT_COVERED'

/** Where several bases are used, the narrowest range of data and the shortest life count for the whole answer. */
function termsOf(used: Grant[]): Pick<Permit, 'basis' | 'bases' | 'dataRange' | 'dataLife'> {
  const bases = used.map(({ basis }) => basis)
  const from = sorted(used.map(({ dataRange }) => dataRange?.from)).at(-1)
  const until = sorted(used.map(({ dataRange }) => dataRange?.until))[0]
  const dataLife = sorted(
    used.map(grant => grant.dataLife),
    daysOf,
  )[0]
  return {
    basis: bases[0]!,
    bases,
    ...((from || until) && { dataRange: { ...(from && { from }), ...(until && { until }) } }),
    ...(dataLife && { dataLife }),
  }
}

const sorted = (texts: (string | undefined)[], by: (text: string) => string | number = text => text): string[] =>
  texts.filter(text => text !== undefined).sort((one, other) => (by(one) < by(other) ? -1 : 1))

const daysOf = (duration: string): number =>
  Number.parseInt(duration.slice(1), 10) * (duration.endsWith('D') ? 1 : duration.endsWith('M') ? 30 : 365)
