/**
 * The closed list of reasons for which a pull is refused. The sentence of each stands in the failure table; here stand the
 * way out, in both languages, and the code that OOTS (the once-only system of the EU) has for the same situation.
 */
import { kindOf } from '../../../contract/failure.ts'
import type { refusalFailures } from '../../../contract/failure-table.ts'

export type RefusalCode = keyof typeof refusalFailures | 'DATASET_UNKNOWN' | 'FIELD_UNKNOWN'

/** From the exception codes of the OOTS evidence exchange (EDM), its evidence broker (EB) and its directory of services (DSD). */
type OotsCode = 'EB:ERR:0001' | 'DSD:ERR:0001' | 'EDM:ERR:0002' | 'EDM:ERR:0003' | 'EDM:ERR:0004' | 'EDM:ERR:0008'

export type WayOut = { en: string; zh: string; oots?: OotsCode }

const way = (en: string, zh: string, oots?: OotsCode): WayOut => ({ en, zh, ...(oots && { oots }) })
const noRight = 'EDM:ERR:0002'
const noProvider = 'DSD:ERR:0001'
const malformed = 'EDM:ERR:0003'
const correctable = 'EDM:ERR:0008'

export const waysOut: Record<RefusalCode, WayOut> = {
  DATASET_WITHHELD: way(
    'The catalogue entry cites the law. Accept the paper, or ask the department itself.',
    '目录项已载明法律依据。请接收纸质材料，或与数据提供部门联系。',
    noProvider,
  ),
  DATASET_UNKNOWN: way('GET /v1/datasets lists what there is.', '请在目录中查找：GET /v1/datasets。', noProvider),
  SUBJECT_TYPE_MISMATCH: way(
    'Ask about a subject of a type that the catalogue entry lists.',
    '请改用目录项所列的主体类型。',
    correctable,
  ),
  FIELD_UNKNOWN: way('The catalogue entry lists the fields.', '请按目录项所列字段请求。', malformed),
  AGREEMENT_MISSING: way('Request one: POST /v1/agreements.', '请提交共享申请：POST /v1/agreements。', noRight),
  AGREEMENT_PENDING: way(
    'Wait for its first day, or for the answer of the source department; GET /v1/agreements shows when it is due.',
    '请等待生效日期或数据提供部门的答复，期限见 GET /v1/agreements。',
    noRight,
  ),
  AGREEMENT_SUSPENDED: way(
    'Settle the reason given in the agreement with the source department, which then resumes it.',
    '请与数据提供部门解决暂停原因后恢复。',
    noRight,
  ),
  AGREEMENT_TERMINATED: way('Request a new one: POST /v1/agreements.', '请重新提交共享申请。', noRight),
  AGREEMENT_EXPIRED: way('Request a new one: POST /v1/agreements.', '请重新提交共享申请。', noRight),
  PURPOSE_NOT_COVERED: way(
    'Pull for the purpose that was agreed, or request an agreement for this one.',
    '请按授权目的调用，或为该目的另行申请。',
    noRight,
  ),
  MATTER_NOT_COVERED: way(
    'Pull for a matter that the agreement names, or request an agreement for this one.',
    '请在授权所列事项内调用，或为该事项另行申请。',
    noRight,
  ),
  FIELD_NOT_COVERED: way(
    'Ask for agreed fields only, or request an agreement that names these.',
    '请仅请求授权字段，或申请增加字段。',
    noRight,
  ),
  CASE_REQUIRED: way('Send the case number as `case`.', '请在 case 中提供办件编号。', malformed),
  OFFICIAL_REQUIRED: way('Send who asks as `official`.', '请在 official 中提供经办人员。', malformed),
  CONFIDENTIALITY_NOT_COVERED: way(
    'Leave `confidential` out, or shorten it to what the agreement allows; GET /v1/agreements shows it.',
    '请去掉 confidential，或将期限缩短至授权允许的范围内，详见 GET /v1/agreements。',
    noRight,
  ),
  CONSENT_MISSING: way(
    'Request it with POST /v1/consents, take it at the counter, or accept the paper.',
    '请通过 POST /v1/consents 申请授权、在窗口取得授权，或接收纸质材料。',
    noRight,
  ),
  CONSENT_REQUESTED: way(
    'The subject answers it under /v1/me/consents; or take it at the counter.',
    '主体可在“我的授权”中答复，也可在窗口办理。',
    noRight,
  ),
  CONSENT_DECLINED: way('Accept the paper; the decision is theirs.', '请尊重主体决定，接收纸质材料。', noRight),
  CONSENT_PENDING: way('Wait for its first day.', '请等待生效日期。', noRight),
  CONSENT_PAUSED: way('Only the subject resumes it.', '仅主体本人可恢复授权。', noRight),
  CONSENT_WITHDRAWN: way(
    'Ask the subject for a new one, or accept the paper.',
    '请重新取得授权，或接收纸质材料。',
    noRight,
  ),
  CONSENT_EXPIRED: way('Ask the subject for a new one.', '请重新取得授权。', noRight),
  CONSENT_LAPSED: way('The subject confirms it under /v1/me/consents.', '请由本人在“我的授权”中确认。', noRight),
  CONSENT_USED_UP: way('Ask the subject for a new one.', '请重新取得授权。', noRight),
  CONSENT_TOO_FREQUENT: way('Try again in the next period.', '请在下一周期再试。', noRight),
  CLAIMS_LEARNT_TOO_MUCH: way(
    'Repeat a claim that was answered before, request an agreement to read the field, or wait until 90 days after the claims before.',
    '可重复此前已答复的核验，或申请读取该字段的共享授权，或待此前核验满 90 日后再试。',
  ),
  CLAIMS_TOO_MANY: way('Try again tomorrow, or pull the fields themselves.', '请次日再试，或直接请求字段。'),
}

/** The sentence of the code with its way out, in English and in Chinese. */
export type Refuse = { decision: 'refuse'; code: RefusalCode; detail: string; detailZh: string }

/** Made once: a refusal tells nothing but its reason. */
const refusals = Object.fromEntries(
  (Object.keys(waysOut) as RefusalCode[]).map(code => [code, refusalOf(code)]),
) as Record<RefusalCode, Refuse>

function refusalOf(code: RefusalCode): Refuse {
  const { en, zh } = kindOf(code)
  const wayOut = waysOut[code]
  return Object.freeze({ decision: 'refuse', code, detail: `${en} ${wayOut.en}`, detailZh: `${zh}${wayOut.zh}` })
}

export const refuseWith = (code: RefusalCode): Refuse => refusals[code]
