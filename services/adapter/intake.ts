/** The HTTP intake, as rules: what a request's body holds, and what its sender is told of each record. */
import { isUtf8 } from 'node:buffer'
import type { Json } from '../contract/canonical-json.ts'
import { type Failure, failure, isFailure, kindOf, type Violation } from '../contract/failure.ts'
import { flawsIn, type JsonFlaw, mostFlaws } from '../contract/json-flaws.ts'
import { readJson, readJsonBytes } from '../contract/read-json.ts'
import { refusedBody, refusedRecord } from '../contract/refused-json.ts'
import { type Published, RefusedRecord } from './publish-record.ts'

const mostRecords = 10_000
export const jsonLines = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

/**
 * `document`: one record or a list of them. `lines`: a record per line (NDJSON). A fault within a record, or of its
 * line, concerns that record alone. Failures of the whole: BODY_NOT_JSON, BODY_INVALID, BODY_TOO_LARGE.
 */
export function recordsIn(body: Buffer, form: 'document' | 'lines'): (Json | RefusedRecord)[] | Failure {
  const records = form === 'lines' ? readLines(body) : readDocument(body)
  if (isFailure(records)) return records
  if (records.length === 0) return failure('BODY_NOT_JSON', { detail: 'Send at least one record.' })
  if (records.length > mostRecords)
    return failure('BODY_TOO_LARGE', { detail: `Send at most ${mostRecords} records at once.` })
  return records
}

function readLines(body: Buffer): (Json | RefusedRecord)[] | Failure {
  if (!isUtf8(body)) return notUtf8
  const lines = body
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split('\n')
  return lines.filter(line => line.trim() !== '').map(readLine)
}

function readLine(line: string): Json | RefusedRecord {
  const read = readJson(line)
  return read.flaws ? refused(read.flaws) : read.value
}

function readDocument(body: Buffer): (Json | RefusedRecord)[] | Failure {
  const read = readJsonBytes(body)
  if (!read.flaws) return Array.isArray(read.value) ? read.value : [read.value]
  if (!isUtf8(body)) return notUtf8
  if (read.flaws[0]!.keyword === 'json') return notJson
  const text = body.toString('utf8').replace(/^\ufeff/, '')
  const document = JSON.parse(text) as Json
  return Array.isArray(document) ? withoutSpoiled(document, flawsIn(text, mostFlawsOfAll)) : [refused(read.flaws)]
}

/** Of a list. With more the whole is refused, for records beyond them would pass unseen. */
const mostFlawsOfAll = 20_000

/** Each record of a list, or how it is refused for what is wrong within it. */
function withoutSpoiled(records: Json[], flaws: JsonFlaw[]): (Json | RefusedRecord)[] | Failure {
  if (flaws.length >= mostFlawsOfAll) return refusedBody(flaws.slice(0, mostFlaws))
  const flawsOf = Map.groupBy(flaws, ({ tokens }) => tokens[0])
  const within = (index: number) => flawsOf.get(index)?.map(flaw => ({ ...flaw, tokens: flaw.tokens.slice(1) }))
  return records.map((record, index) => {
    const own = within(index)
    return own ? refused(own) : record
  })
}

const refused = (flaws: JsonFlaw[]) => new RefusedRecord(refusedRecord(flaws))
const notUtf8 = failure('BODY_NOT_JSON', { detail: 'The body must be UTF-8.' })
const notJson = failure('BODY_NOT_JSON', { detail: `Send one JSON document, or NDJSON as ${jsonLines[0]}.` })

type Verdict =
  | { index: number; verdict: 'published'; key: string; sequence: number; id: string }
  | { index: number; verdict: 'refused'; code: string; reason: string; violations: Violation[] }

export type Verdicts = { published: number; refused: number; verdicts: Verdict[] }

export function verdictsOf(outcomes: readonly (Published | Failure)[]): Verdicts {
  const verdicts = outcomes.map(verdictOf)
  const published = verdicts.filter(({ verdict }) => verdict === 'published').length
  return { published, refused: verdicts.length - published, verdicts }
}

function verdictOf(outcome: Published | Failure, index: number): Verdict {
  if (!isFailure(outcome)) return { index, verdict: 'published', ...outcome }
  const { failure: code, detail, violations = [] } = outcome
  return { index, verdict: 'refused', code, reason: detail ?? kindOf(code).en, violations }
}

/** All good: 200. Some: 207. None: 422. */
export const statusOf = ({ published, refused }: Verdicts) => (refused === 0 ? 200 : published === 0 ? 422 : 207)
