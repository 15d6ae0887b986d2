/** The rows of the failure table, by family. See failure.ts. Keep codes sorted by family, add rows, never rename one. */
const row = (status: number, retry: boolean, en: string, zh: string) => ({ status, retry, en, zh })

/** The caller's request itself. */
export const inputFailures = {
  BODY_INVALID: row(400, false, 'The request does not fit its schema.', '请求内容不符合接口定义。'),
  BODY_NOT_JSON: row(400, false, 'The request body is not JSON.', '请求体不是合法的 JSON。'),
  BODY_TOO_LARGE: row(413, false, 'The request body is too large.', '请求体过大。'),
  MEDIA_TYPE_UNSUPPORTED: row(415, false, 'This content type is not supported here.', '不支持该内容类型。'),
  REQUEST_MALFORMED: row(
    400,
    false,
    'The request is not HTTP that the hub can read.',
    '请求不符合 HTTP 规范或编码有误。',
  ),
  REQUEST_TOO_SLOW: row(408, true, 'The request did not come in time.', '未能在规定时间内收到完整请求。'),
  ADDRESS_TOO_LONG: row(414, false, 'A part of the address is too long.', '地址中的某一部分过长。'),
  HEADERS_TOO_LARGE: row(431, false, 'The headers of the request are too large.', '请求头过大。'),
  KEY_INVALID: row(422, false, 'This public key can verify nothing.', '该公钥无法用于验证。'),
  TOKEN_MISSING: row(401, false, 'A bearer token is required.', '缺少访问令牌。'),
  TOKEN_INVALID: row(401, false, 'The token is not valid here.', '访问令牌无效。'),
  PROOF_REQUIRED: row(
    401,
    false,
    'The token opens nothing without a proof of its key (DPoP).',
    '该令牌须附密钥持有证明（DPoP）方可使用。',
  ),
  PROOF_INVALID: row(
    401,
    false,
    'The proof of the key (DPoP) does not hold for this call.',
    '密钥持有证明（DPoP）对本次调用无效。',
  ),
  PROOF_NOT_AT_KAFKA: row(
    422,
    false,
    'Kafka knows no proofs of a key (DPoP): who must send them cannot publish.',
    'Kafka 不支持密钥持有证明（DPoP），要求该证明的业务系统不能发布数据。',
  ),
  NOT_ALLOWED: row(403, false, 'The caller has no right to do this.', '调用方无权执行该操作。'),
  NOT_FOUND: row(404, false, 'There is nothing here that the caller may see.', '未找到，或调用方无权查看。'),
  METHOD_NOT_ALLOWED: row(405, false, 'This address does not know this method.', '该地址不支持此方法。'),
  TOO_MANY_REQUESTS: row(429, true, 'Too many requests; wait and try again.', '请求过于频繁，请稍后再试。'),
  DEPARTMENT_UNKNOWN: row(422, false, 'This department is not registered.', '该部门未登记。'),
  DEPARTMENT_RESERVED: row(422, false, 'This name stands for the hub itself.', '该名称由平台保留，不得用作部门标识。'),
  DATASET_UNKNOWN: row(422, false, 'This dataset is not in the catalogue.', '目录中没有该数据资源。'),
  FIELD_UNKNOWN: row(422, false, 'The dataset has no such field.', '该数据资源没有此字段。'),
  PURPOSE_UNKNOWN: row(422, false, 'This purpose is not known.', '未知的使用目的。'),
  MATTER_UNKNOWN: row(422, false, 'This matter is not known.', '未知的政务服务事项。'),
  PERIOD_INVALID: row(422, false, 'The period lies in the past or ends before it begins.', '期限已过或起止时间颠倒。'),
  REASON_REQUIRED: row(422, false, 'This step needs a reason.', '该操作必须说明理由。'),
  AGREEMENT_NOT_NEEDED: row(422, false, 'No agreement is needed for this.', '无需共享授权。'),
  CONDITION_NOT_ALLOWED: row(
    422,
    false,
    'Conditions may not be added to unconditional sharing.',
    '对无条件共享的数据不得附加条件。',
  ),
  CONFIDENTIALITY_UNLAWFUL: row(
    422,
    false,
    'No law lets this access be kept from the subject.',
    '对主体保密缺乏法律依据。',
  ),
  CONSENT_NOT_NEEDED: row(422, false, 'No consent is needed or possible here.', '此处无需也不能授权同意。'),
  CONSENT_WIDENED: row(422, false, 'An answer may give less than was asked, never more.', '答复不得超出所申请的范围。'),
  CORRECTION_UNMENDED: row(
    422,
    false,
    'The version named does not mend what is contested.',
    '所填版本没有更正所指内容。',
  ),
  EVIDENCE_REQUIRED: row(422, false, 'What was signed at the counter must be named.', '须注明窗口签署材料的编号。'),
  EVIDENCE_INVALID: row(
    422,
    false,
    'What was signed is not named so that it can be found.',
    '签署材料的信息不足以据以查找。',
  ),
  REPRESENTATION_UNKNOWN: row(422, false, 'No such representation is in force.', '没有有效的代理或监护关系。'),
  REPRESENTATION_INVALID: row(422, false, 'This representation is not possible.', '该代理或监护关系不成立。'),
  GUARDIAN_REQUIRED: row(403, false, 'A guardian must act for a minor.', '未成年人须由监护人代为办理。'),
  SUBJECT_INVALID: row(422, false, 'The subject id is not valid for its type.', '主体标识与其类型不符或校验码错误。'),
  LOG_POSITION_UNKNOWN: row(422, false, 'The access log has no such entry or size.', '调用日志没有该条目或该长度。'),
  LOG_SEARCH_TOO_WIDE: row(
    422,
    false,
    'The time asked about is too long; ask for less.',
    '查询的时间范围过长，请缩短。',
  ),
  CURSOR_INVALID: row(400, false, 'The cursor was not issued by this list.', '分页游标无效。'),
  CONFIG_INVALID: row(422, false, 'The config file of the adapter is not usable.', '适配器配置文件不可用。'),
  SOURCE_INVALID: row(422, false, 'The source file cannot be read as configured.', '源文件无法按配置读取。'),
} as const

/** Conflicts with something that stands already. */
export const conflictFailures = {
  CREDIT_CODE_TAKEN: row(
    409,
    false,
    'Another department has this credit code.',
    '该统一社会信用代码已被其他部门使用。',
  ),
  STATE_CONFLICT: row(409, false, 'The present state does not allow this step.', '当前状态不允许该操作。'),
  AGREEMENT_OVERLAPS: row(
    409,
    false,
    'Another agreement lets the same department use the same field for the same purpose at that time.',
    '同一期限内已有针对同一部门、字段和目的的共享授权。',
  ),
  IDEMPOTENCY_MISMATCH: row(
    409,
    false,
    'This Idempotency-Key was used for another request.',
    '该幂等键已用于另一请求。',
  ),
  SCHEMA_INCOMPATIBLE: row(
    409,
    false,
    'The schema is not compatible with an earlier version.',
    '数据标准与早期版本不兼容。',
  ),
  SCHEMA_UNDECIDED: row(
    409,
    false,
    'The hub cannot tell whether the schema is compatible, so it does not take it.',
    '平台无法判定该数据标准是否兼容，因此不予登记。',
  ),
  SCHEMA_REFUSED: row(422, false, 'The schema uses what the hub does not accept.', '数据标准包含平台不接受的内容。'),
  CATALOGUE_UNLAWFUL: row(
    422,
    false,
    'The catalogue entry does not meet the sharing regulation.',
    '目录项不符合《政务数据共享条例》的要求。',
  ),
} as const

/**
 * Why a pull is refused: by the caller's rights alone, never by what the registry holds (promise 6). The way out of each
 * stands in exchange/law/decision/refusal.ts.
 */
export const refusalFailures = {
  DATASET_WITHHELD: row(403, false, 'The law withholds this dataset from sharing.', '依法不予共享的数据资源。'),
  SUBJECT_TYPE_MISMATCH: row(
    403,
    false,
    'The dataset holds nothing about subjects of this type.',
    '该数据资源不涉及此类主体。',
  ),
  AGREEMENT_MISSING: row(403, false, 'No agreement covers this dataset.', '没有覆盖该数据资源的共享授权。'),
  AGREEMENT_PENDING: row(403, false, 'The agreement is not in force yet.', '共享授权尚未生效。'),
  AGREEMENT_SUSPENDED: row(403, false, 'The agreement is suspended.', '共享授权已被暂停。'),
  AGREEMENT_TERMINATED: row(403, false, 'The agreement was terminated.', '共享授权已终止。'),
  AGREEMENT_EXPIRED: row(403, false, 'The agreement has expired.', '共享授权已到期。'),
  PURPOSE_NOT_COVERED: row(403, false, 'No agreement covers this purpose.', '共享授权未涵盖该使用目的。'),
  MATTER_NOT_COVERED: row(403, false, 'The agreement does not cover this matter.', '共享授权未涵盖该政务服务事项。'),
  FIELD_NOT_COVERED: row(403, false, 'No basis covers the fields asked for.', '所请求的字段没有任何授权依据。'),
  CASE_REQUIRED: row(403, false, 'The agreement demands the number of the case.', '共享授权要求提供办件编号。'),
  OFFICIAL_REQUIRED: row(403, false, 'The agreement demands the official who asks.', '共享授权要求提供经办人员。'),
  CONFIDENTIALITY_NOT_COVERED: row(
    403,
    false,
    'The agreement does not let this access be kept from the subject, or not for so long.',
    '共享授权不允许对主体保密，或保密期限超出约定。',
  ),
  CONSENT_MISSING: row(403, false, 'The subject has not consented.', '主体尚未授权同意。'),
  CONSENT_REQUESTED: row(403, false, 'The subject has not answered the request yet.', '主体尚未答复授权请求。'),
  CONSENT_DECLINED: row(403, false, 'The subject declined.', '主体已拒绝授权。'),
  CONSENT_PENDING: row(403, false, 'The consent is not in force yet.', '授权同意尚未生效。'),
  CONSENT_PAUSED: row(403, false, 'The subject has paused the consent.', '主体已暂停授权。'),
  CONSENT_WITHDRAWN: row(403, false, 'The subject has withdrawn the consent.', '主体已撤回授权。'),
  CONSENT_EXPIRED: row(403, false, 'The consent has expired.', '授权已到期。'),
  CONSENT_LAPSED: row(
    403,
    false,
    'The consent lapsed when the subject came of age.',
    '主体已成年，监护人所作授权自动失效。',
  ),
  CONSENT_USED_UP: row(403, false, 'The consent has been used as often as it allows.', '授权使用次数已用完。'),
  CONSENT_TOO_FREQUENT: row(
    403,
    true,
    'The consent allows no further use in this period.',
    '本周期内授权使用次数已达上限。',
  ),
  CLAIMS_LEARNT_TOO_MUCH: row(
    403,
    true,
    'The claims checked in 90 days have told the department all they may about this field of the subject.',
    '近 90 日内的核验已使该部门获知该主体此字段所允许的全部信息。',
  ),
  CLAIMS_TOO_MANY: row(
    403,
    true,
    'Too many claims about this subject were checked today.',
    '当日对该主体的核验次数已达上限。',
  ),
} as const

/** Why a record was rejected. These stand in the rejected topic and in the steward's list, not in HTTP answers. */
export const recordFailures = {
  RECORD_UNSTORABLE: row(422, false, 'The record holds what the database refuses.', '记录含有数据库无法保存的内容。'),
  ENVELOPE_INVALID: row(422, false, 'A header of the record is missing or malformed.', '记录的消息头缺失或格式错误。'),
  RECORD_NOT_JSON: row(422, false, 'The record is not JSON in UTF-8.', '记录不是 UTF-8 编码的 JSON。'),
  RECORD_EMPTY: row(422, false, 'The record has no value.', '记录内容为空。'),
  RECORD_NOT_TAKEN: row(
    422,
    false,
    'The hub failed on this record alone; the operator has the details.',
    '平台仅在处理该记录时出错，已单独留存；详情见运行日志。',
  ),
  RECORD_TOO_DEEP: row(422, false, 'The record is nested too deeply.', '记录嵌套层数过多。'),
  RECORD_TOO_LARGE: row(422, false, 'The record is too large.', '记录过大。'),
  RECORD_INVALID: row(422, false, 'The record does not fit its schema.', '记录不符合数据标准。'),
  RECORD_SUBJECTS_TOO_MANY: row(422, false, 'The record is about too many subjects.', '记录涉及的主体过多。'),
  KEY_MISMATCH: row(422, false, 'The message key is not the key in the record.', '消息键与记录中的主键不一致。'),
  SOURCE_MISMATCH: row(422, false, 'The source may not publish to this topic.', '来源部门无权发布到该主题。'),
  SCHEMA_UNKNOWN: row(422, false, 'The schema version named is not registered.', '所引用的数据标准版本未登记。'),
  SCHEMA_CONTRADICTED: row(
    422,
    false,
    'The message names two schemas, or that of another dataset than its topic’s.',
    '消息所引用的数据标准前后矛盾，或不属于该主题的数据资源。',
  ),
  SCHEMA_RETIRED: row(422, false, 'The schema version named is retired.', '所引用的数据标准版本已停用。'),
  SEQUENCE_BEHIND: row(
    422,
    false,
    'The sequence is of a smaller unit than the one that stands, so that the record would count as an older one.',
    '序号的单位小于现有版本的序号，若照收则会被视为旧版本。',
  ),
  SEQUENCE_LEAPS: row(
    422,
    false,
    'The sequence is of a larger unit than those before, or ahead of every clock; all later ones would count as older.',
    '序号的单位大于此前的序号，或超出任何时钟；若照收，其后各版本都会被视为旧版本。',
  ),
  SEQUENCE_REUSED: row(
    422,
    false,
    'This sequence number of the record was used for another event.',
    '该记录的序号已用于另一事件。',
  ),
  TOPIC_RESTARTED: row(
    422,
    false,
    'The topic is not the one that was read before; it is read from its beginning.',
    '主题已重建或被截断，现从头读取；旧主题中尚未接收的记录已丢失，请重新发布。',
  ),
  BATCH_UNREADABLE: row(
    422,
    false,
    'A batch of records cannot be unpacked; its partition stands still until an operator skips it.',
    '一批记录无法解压，该分区已停止接收，须由运维人员处理后方可继续。',
  ),
  RECORDS_GONE: row(
    422,
    false,
    'Kafka removed records before they were taken in: publish them again.',
    '记录在接收之前已被 Kafka 按保留期清除，请重新发布。',
  ),
} as const

/** The hub itself. */
export const serviceFailures = {
  UNAVAILABLE: row(
    503,
    true,
    'A part the hub depends on does not answer; try again.',
    '依赖的服务暂不可用，请稍后重试。',
  ),
  LOG_UNAVAILABLE: row(
    503,
    true,
    'The access log cannot be written, so nothing is answered.',
    '调用日志无法写入，因此不予应答。',
  ),
  LOG_ENTRY_TOO_LARGE: row(
    422,
    false,
    'The request touches more than one log entry can hold; ask for less.',
    '请求涉及的内容超出单条调用日志的上限，请缩小范围。',
  ),
  TIMED_OUT: row(503, true, 'The hub did not finish in time.', '处理超时。'),
  INTERNAL: row(500, false, 'The hub failed; the operator has the details.', '平台内部错误，详情见运行日志。'),
} as const
