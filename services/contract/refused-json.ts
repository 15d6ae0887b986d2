/** JSON that would not be kept as it is written, as the failure that its sender is told. */
import { type Failure, failure, inWords } from './failure.ts'
import { type JsonFlaw, violationOfFlaw } from './json-flaws.ts'

/** Of a record, on Kafka or to an adapter. RECORD_NOT_JSON, RECORD_TOO_DEEP, RECORD_UNSTORABLE or RECORD_INVALID, by the first flaw. */
export function refusedRecord(flaws: JsonFlaw[]): Failure {
  const violations = flaws.map(flaw => violationOfFlaw(flaw))
  const more = { pointer: violations[0]!.pointer, ...sentenceOf('The record', '记录', flaws), violations }
  switch (flaws[0]!.keyword) {
    case 'json':
      return failure(
        'RECORD_NOT_JSON',
        inWords('The value must be one JSON object in UTF-8.', '内容须为一个 UTF-8 编码的 JSON 对象。'),
      )
    case 'depth':
      return failure('RECORD_TOO_DEEP', more)
    case 'text':
      return failure('RECORD_UNSTORABLE', more)
    default:
      return failure('RECORD_INVALID', more)
  }
}

/** Of the body of a request: BODY_NOT_JSON for what no way of sending makes good, BODY_INVALID with the place otherwise. */
export function refusedBody(flaws: JsonFlaw[]): Failure {
  const violations = flaws.map(flaw => violationOfFlaw(flaw))
  const { keyword } = flaws[0]!
  if (keyword === 'json') return failure('BODY_NOT_JSON', notJson)
  const more = { pointer: violations[0]!.pointer, ...sentenceOf('the whole', '整体', flaws), violations }
  return failure(keyword === 'text' || keyword === 'name' ? 'BODY_NOT_JSON' : 'BODY_INVALID', more)
}

const notJson = inWords('Send one JSON document in UTF-8.', '请发送一个 UTF-8 编码的 JSON 文档。')

function sentenceOf(whole: string, wholeZh: string, [first]: JsonFlaw[]) {
  const { pointer } = violationOfFlaw(first!)
  return inWords(`${pointer || whole} ${first!.message}.`, `${pointer || wholeZh}：${first!.messageZh}。`)
}
