/** The HTTP intake, as rules: what a request's body holds, and what its sender is told of each record. */
import { isUtf8 } from 'node:buffer'
import type { Json } from '../contract/canonical-json.ts'
import { type Failure, failure, isFailure, kindOf, type Violation } from '../contract/failure.ts'
import type { Published } from './publish-record.ts'

export const mostRecords = 10_000
export const jsonLines = ['application/x-ndjson', 'application/ndjson', 'application/jsonl']

/**
 * `document`: one record or a list of them. `lines`: a record per line (NDJSON), where a line that is not JSON is that
 * record's own fault and reads as undefined. Failures of the whole: BODY_NOT_JSON, BODY_TOO_LARGE.
 */
export function recordsIn(body: Buffer, form: 'document' | 'lines'): (Json | undefined)[] | Failure {
  if (!isUtf8(body)) return failure('BODY_NOT_JSON', { detail: 'The body must be UTF-8.' })
  const text = body.toString('utf8')
  const records = form === 'lines' ? readLines(text) : readDocument(text)
  if (records === undefined)
    return failure('BODY_NOT_JSON', { detail: `Send one JSON document, or NDJSON as ${jsonLines[0]}.` })
  if (records.length === 0) return failure('BODY_NOT_JSON', { detail: 'Send at least one record.' })
  if (records.length > mostRecords)
    return failure('BODY_TOO_LARGE', { detail: `Send at most ${mostRecords} records at once.` })
  return records
}

const readLines = (text: string): (Json | undefined)[] =>
  text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(parse)

function readDocument(text: string): Json[] | undefined {
  const document = parse(text)
  return document === undefined || Array.isArray(document) ? document : [document]
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

export type Verdict =
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
