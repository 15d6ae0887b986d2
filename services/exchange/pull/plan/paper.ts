/** Why a paper still has to be carried: a closed list, for software and statistics; and how to be rid of it. */
import { type RefusalCode, type WayOut, waysOut } from '../../law/decision/refusal.ts'

export const paperReasons = [
  /** Nobody shares such records, or none about subjects of this type. */
  'no-source',
  /** A law withholds them (Order 809, Art 14). */
  'withheld',
  /** The department has no right to them: no agreement in force for this purpose, matter, case. */
  'not-shared',
  /** The subject's consent is needed and not there. */
  'no-consent',
  /** The source has no record in force about the subject. */
  'not-found',
  /** The source has not delivered a single record yet, or the hub will check no more for today. */
  'unavailable',
] as const
export type PaperReason = (typeof paperReasons)[number]

/** Meaning of a refusal for the paper. */
export function reasonOf(code: RefusalCode): PaperReason {
  if (code.startsWith('CONSENT_')) return 'no-consent'
  if (code === 'DATASET_WITHHELD') return 'withheld'
  if (code === 'DATASET_UNKNOWN' || code === 'SUBJECT_TYPE_MISMATCH') return 'no-source'
  return code === 'CLAIMS_TOO_MANY' || code === 'CLAIMS_LEARNT_TOO_MUCH' ? 'unavailable' : 'not-shared'
}

const withoutRefusal: Partial<Record<PaperReason, WayOut>> = {
  'no-source': {
    en: 'Accept the paper; no department shares this proof through the hub.',
    zh: '请接收纸质材料：目前没有部门通过平台共享该证明。',
    oots: 'EB:ERR:0001',
  },
  'not-found': {
    en: 'Accept the paper; if the source should have this record, tell it so (Order 809, Art 26).',
    zh: '请接收纸质材料；如数据提供部门应有该记录，请向其提出校核（《政务数据共享条例》第二十六条）。',
    oots: 'EDM:ERR:0004',
  },
  unavailable: {
    en: 'Accept the paper; the source has not delivered its records yet.',
    zh: '请接收纸质材料：数据提供部门尚未提供数据。',
    oots: 'DSD:ERR:0001',
  },
}

/** How to get the proof all the same: by the refusal's code where there is one, else by the reason. */
export const wayOutOf = (reason: PaperReason, code?: RefusalCode): WayOut =>
  code ? waysOut[code] : withoutRefusal[reason]!

/** The easiest to mend comes first: of several reasons this is the one to tell. */
const easiest: readonly PaperReason[] = [
  'no-consent',
  'unavailable',
  'not-found',
  'not-shared',
  'withheld',
  'no-source',
]
export const byEase = (one: PaperReason, other: PaperReason): number => easiest.indexOf(one) - easiest.indexOf(other)
