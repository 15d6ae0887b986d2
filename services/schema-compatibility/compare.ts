/**
 * Compares two schemas: does the reader's schema accept every record of the writer's? Never guesses. `compatible` is
 * proven; `incompatible` comes with a record that ajv accepts by the one schema and rejects by the other; what is neither
 * is `undecided`, and a registry refuses it and says so.
 */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isFailure, type Violation } from '../contract/failure.ts'
import { compileSchema, type Validate } from '../json-schema/validation.ts'
import { accepts } from './accepts.ts'
import { type DifferenceType, sentencesOf } from './difference-types.ts'
import type { Found, Tools } from './differences/difference.ts'
import { listDifferences } from './differences/walk.ts'
import { type Document, openDocument } from './document.ts'
import { asWriter, type Profile } from './profiles.ts'
import { isFound, must, mustNot, type Outcome } from './witness/goal.ts'
import { createSolver } from './witness/solve.ts'

export type Verdict = 'compatible' | 'incompatible' | 'undecided'

export type Difference = {
  type: DifferenceType
  /** `breaks` with a counter-example; `undecided` where neither a proof nor a counter-example was found. */
  effect: 'none' | 'breaks' | 'undecided'
  oldPointer: string
  newPointer: string
  en: string
  zh: string
  counterExample?: CounterExample
}

/** A record that the writer's schema accepts and the reader's rejects, and why the reader's does. */
export type CounterExample = { record: Json; rejectedBecause: Violation[] }

export type Comparison = { verdict: Verdict; differences: Difference[]; counterExample?: CounterExample }

/** Differences whose effect is looked for one by one; the rest of a longer list is judged by the whole alone. */
const mostJudged = 40

/** Whether what differs is listed of compatible schemas too; of others it always is. It is half the work of comparing. */
export type Listing = 'always' | 'unless-compatible'

/** Both schemas must have passed the guard. `writer` is read as old, `reader` as new. */
export function compare(
  writer: JsonObject,
  reader: JsonObject,
  profile: Profile,
  listing: Listing = 'always',
): Comparison {
  const pair = openPair(writer, reader, profile)
  const outcome = pair.search(reader)
  if (outcome === 'none' && listing === 'unless-compatible') return { verdict: 'compatible', differences: [] }
  const found = listDifferences(pair.written, pair.read, pair.isWithin)
  if (outcome === 'none') return { verdict: 'compatible', differences: found.map(one => describe(one, 'none')) }
  const whole = isFound(outcome) ? pair.verify(outcome.value) : undefined
  const differences = found.map((one, at) => judge(one, at < mostJudged ? pair : undefined))
  const counterExample = whole ?? differences.find(({ effect }) => effect === 'breaks')?.counterExample
  if (!counterExample) return { verdict: 'undecided', differences }
  const isExplained = differences.some(({ effect }) => effect === 'breaks')
  const rest = describe({ type: 'schema_changed', oldPointer: '', newPointer: '' }, 'breaks', counterExample)
  return { verdict: 'incompatible', differences: isExplained ? differences : [...differences, rest], counterExample }
}

type Pair = {
  written: Document
  read: Document
  isWithin: Tools['isWithin']
  /** A record of the writer that fails a demand of the reader. */
  search: (demand: Json) => Outcome
  verify: (record: Json) => CounterExample | undefined
}

function openPair(writer: JsonObject, reader: JsonObject, profile: Profile): Pair {
  const [written, read] = [openDocument(writer), openDocument(reader)]
  const solve = createSolver()
  const isWithin: Tools['isWithin'] = (inner, outer) =>
    solve([
      { ...inner, negated: false },
      { ...outer, negated: true },
    ]) === 'none'
  const ofWriter = (document: Document) => (demand: Json) =>
    solve([must(document.root, document), mustNot(demand, read)])
  const closed = profile === 'lenient' ? openDocument(closedWriterOf(writer)) : undefined
  const search: Pair['search'] = demand => {
    const outcome = ofWriter(written)(demand)
    return outcome === 'none' || !closed ? outcome : ofWriter(closed)(demand)
  }
  const isWritten = (record: Json) => !closed || accepts({ schema: closed.root, document: closed }, record)
  return { written, read, isWithin, search, verify: verifier(writer, reader, isWritten) }
}

/** Made once for as long as the schema lives. */
const closedWriters = new WeakMap<JsonObject, JsonObject>()
function closedWriterOf(writer: JsonObject): JsonObject {
  const closed = closedWriters.get(writer) ?? asWriter(writer)
  closedWriters.set(writer, closed)
  return closed
}

/** Shown is only what ajv itself, with the schemas as registered, says of the record. */
function verifier(writer: JsonObject, reader: JsonObject, isWritten: (record: Json) => boolean): Pair['verify'] {
  let validates: [Validate, Validate] | undefined
  return record => {
    validates ??= [validatorOf(writer), validatorOf(reader)]
    if (validates[0](record) !== undefined || !isWritten(record)) return undefined
    const rejectedBecause = validates[1](record)
    return rejectedBecause && { record, rejectedBecause }
  }
}

/** Compiled once for as long as the schema lives: a version is compared with many. */
const validators = new WeakMap<JsonObject, Validate>()
function validatorOf(schema: JsonObject): Validate {
  const known = validators.get(schema)
  if (known) return known
  const compiled = compileSchema(schema)
  const validate = isFailure(compiled) ? () => undefined : compiled
  validators.set(schema, validate)
  return validate
}

function judge(found: Found, pair: Pair | undefined): Difference {
  if (found.demand === undefined) return describe(found, 'none')
  const outcome = pair?.search(found.demand) ?? 'unknown'
  if (outcome === 'none') return describe(found, 'none')
  const counterExample = isFound(outcome) ? pair?.verify(outcome.value) : undefined
  return counterExample ? describe(found, 'breaks', counterExample) : describe(found, 'undecided')
}

function describe(found: Found, effect: Difference['effect'], counterExample?: CounterExample): Difference {
  const { type, oldPointer, newPointer, was, is } = found
  return {
    type,
    effect,
    oldPointer,
    newPointer,
    ...sentencesOf(type, was, is),
    ...(counterExample && { counterExample }),
  }
}
