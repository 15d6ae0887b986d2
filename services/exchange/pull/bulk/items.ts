/** Items of a bulk call: those that may be requests, and those that are not even JSON. */
import { type Failure, FailureThrown, failure, inWords } from '../../../contract/failure.ts'
import { readJsonBytes } from '../../../contract/read-json.ts'
import { refusedBody } from '../../../contract/refused-json.ts'

export const mostItems = 100

/** `request` is not validated yet. */
export type Item = { request: unknown; refused?: undefined } | { refused: Failure }

/** Lines of JSON, in UTF-8; empty lines are passed over. At most one more item is read than a call may hold. */
export function readLines(body: Buffer): Item[] {
  const items: Item[] = []
  for (let start = 0; start < body.length && items.length <= mostItems; ) {
    const found = body.indexOf(0x0a, start)
    const end = found < 0 ? body.length : found
    const line = body.subarray(start, end)
    if (!isBlank(line)) items.push(readItem(line))
    start = end + 1
  }
  return items
}

/** A JSON array; anything else is refused as a whole. */
export function itemsOf(body: unknown): Item[] {
  if (Array.isArray(body)) return body.map(request => ({ request }))
  throw new FailureThrown(failure('BODY_INVALID', { pointer: '', ...noArray }))
}

/** Undefined where a call may hold so many. */
export function checkNumber(items: readonly Item[]): Failure | undefined {
  if (items.length > mostItems) return failure('BODY_INVALID', { pointer: `/${mostItems}`, ...tooMany })
  return items.length === 0 ? failure('BODY_INVALID', { pointer: '', ...none }) : undefined
}

function readItem(line: Buffer): Item {
  const read = readJsonBytes(line)
  return read.flaws ? { refused: refusedBody(read.flaws) } : { request: read.value }
}

const isBlank = (line: Buffer) => line.every(byte => byte === 0x20 || byte === 0x0d || byte === 0x09)

const noArray = inWords(
  'Send a JSON array of pulls, or one pull on each line as application/x-ndjson.',
  '请以 JSON 数组提交多条调用，或以 application/x-ndjson 每行提交一条。',
)
const tooMany = inWords(
  `A call holds at most ${mostItems} pulls: send the rest in another call.`,
  `每次最多提交 ${mostItems} 条调用，其余请另行提交。`,
)
const none = inWords('A call holds at least one pull.', '至少须提交一条调用。')
