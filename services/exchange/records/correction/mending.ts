/**
 * Whether a version of a record mends what a subject contests: rules only. Nobody is told "corrected" on anybody's word
 * (Order 809, Art 26): the two versions are compared, and what stands in them goes no further.
 */
import { canonicalJson, type JsonObject } from '../../../contract/canonical-json.ts'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { parsePointer, valuesAt } from '../../../contract/json-pointer.ts'

/** A version of the contested record, as the registry holds it. */
export type HeldVersion = { version: number; status: string; body: JsonObject }

/** `field` is a JSON Pointer; the empty one is the record as a whole, its status included. */
export type Contested = { version: number; field: string }

export type Mending = 'mended' | 'contested-unknown' | 'unknown' | 'not-newer' | 'unchanged'

/** `held` are those of the contested and of the mending version that the registry has. */
export function judgeMending({ version, field }: Contested, mendedBy: number, held: readonly HeldVersion[]): Mending {
  const [wrong, mending] = [version, mendedBy].map(number => held.find(one => one.version === number))
  if (!wrong) return 'contested-unknown'
  if (!mending) return 'unknown'
  if (mendedBy <= version) return 'not-newer'
  return textAt(wrong, field) === textAt(mending, field) && !isWithdrawn(wrong, mending) ? 'unchanged' : 'mended'
}

const textAt = ({ status, body }: HeldVersion, field: string): string =>
  canonicalJson(field === '' ? [status, body] : valuesAt(body, parsePointer(field) ?? []))

/** A certificate is often not changed but revoked, and another one issued: then it no longer says what is wrong. */
const withdrawn = new Set(['revoked', 'cancelled'])
const isWithdrawn = (before: HeldVersion, after: HeldVersion) =>
  withdrawn.has(after.status) && !withdrawn.has(before.status)

/** The reason to tell the steward; undefined where the version mends it. */
export function refusalOf(mending: Mending, { version }: Contested): Failure | undefined {
  if (mending === 'mended') return undefined
  return failure('CORRECTION_UNMENDED', wordsOf(version)[mending])
}

const wordsOf = (version: number) => ({
  'contested-unknown': {
    pointer: '/outcome',
    ...inWords(
      `The hub holds no version ${version} of this record: decline, and tell the subject so.`,
      `平台没有该记录的第 ${version} 版：请答复“记录无误”，并向当事人说明。`,
    ),
  },
  unknown: {
    pointer: '/mendedBy',
    ...inWords(
      'The hub holds no such version of this record: publish it first, then answer.',
      '平台没有该记录的这一版本：请先发布更正后的版本，再作答复。',
    ),
  },
  'not-newer': {
    pointer: '/mendedBy',
    ...inWords(
      `Name a version newer than ${version}, which is the contested one.`,
      `请填写比所指第 ${version} 版更新的版本。`,
    ),
  },
  unchanged: {
    pointer: '/mendedBy',
    ...inWords(
      'What is contested is the same in that version: publish one in which it is mended, or decline.',
      '该版本中所指内容没有变化：请先发布更正后的版本，或者答复“记录无误”。',
    ),
  },
})

/** Names that an answer has to give, before anything is looked up. `isNamed`: whether the correction names a record at all. */
export function checkNaming(outcome: 'corrected' | 'declined', mendedBy: number | undefined, isNamed: boolean) {
  if (outcome === 'corrected' && isNamed && mendedBy === undefined) {
    const words = inWords(
      'Name in mendedBy the version of the record in which it is mended.',
      '请在 mendedBy 中填写已更正的记录版本。',
    )
    return failure('CORRECTION_UNMENDED', { pointer: '/mendedBy', ...words })
  }
  if (mendedBy !== undefined && (outcome === 'declined' || !isNamed)) {
    const words = inWords(
      'Leave mendedBy out: it is declined, or it was asked before corrections named their record.',
      '请去掉 mendedBy：答复为“记录无误”，或者该请求提出时尚未要求指明记录。',
    )
    return failure('BODY_INVALID', { pointer: '/mendedBy', ...words })
  }
  return undefined
}
