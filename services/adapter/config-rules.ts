/** Rules for a config beyond its shape: parts that need, exclude or name one another. Pointers are into the config. */
import type { Violation } from '../contract/failure.ts'
import { escapeToken, parsePointer } from '../contract/json-pointer.ts'
import type { Config, Rule } from './config-schema.ts'
import { complaintOfDateFormat } from './date-format.ts'
import { unboundIn } from './expression-columns.ts'
import { alteredLiterals } from './expression-numbers.ts'

export function checkRules(config: Config): Violation[] {
  const found = [...checkWhole(config), ...checkEvent(config)]
  for (const [pointer, rule] of Object.entries(config.mapping ?? {})) found.push(...checkRule(pointer, rule))
  return [...found, ...checkTargets(Object.keys(config.mapping ?? {}))]
}

const violation = (pointer: string, message: string): Violation => ({ pointer, keyword: 'rule', message })
const ruleAt = (pointer: string) => `/mapping/${escapeToken(pointer)}`

function* checkWhole({ dataset, system, csv, mapping }: Config): Generator<Violation> {
  if (system.split('/')[0] !== dataset.split('.')[0]) {
    yield violation('/system', `must be a system of "${dataset.split('.')[0]}", the dataset’s own department`)
  }
  if (csv && !mapping) yield violation('/mapping', 'is missing: it says which column becomes which field')
  if (mapping && !csv)
    yield violation('/mapping', 'is for the columns of "csv"; the intake takes records as the schema has them')
}

function* checkEvent({ event, csv, intake }: Config): Generator<Violation> {
  const { change, sequence, time } = event ?? {}
  if (typeof change === 'object') {
    const places = [change.column, change.pointer].filter(place => place !== undefined)
    if (places.length !== 1) yield violation('/event/change', 'must have either "column" or "pointer"')
    if (intake && change.column)
      yield violation('/event/change/column', 'must be a "pointer", for the intake has no columns')
  }
  if (typeof sequence === 'object') yield* checkDate('/event/sequence/date', sequence.date)
  if (
    intake &&
    sequence !== undefined &&
    sequence !== 'file-time' &&
    !(typeof sequence === 'object' && 'pointer' in sequence)
  ) {
    yield violation(
      '/event/sequence',
      'must be "file-time" or a "pointer", for the intake has neither columns nor file names',
    )
  }
  if (time && !csv) yield violation('/event/time', 'is for the columns of "csv"')
  yield* checkDate('/event/time/date', time?.date)
}

function* checkDate(at: string, format: string | string[] | undefined): Generator<Violation> {
  const complaint = format === undefined ? undefined : complaintOfDateFormat(format)
  if (complaint) yield violation(at, complaint)
}

function* checkRule(pointer: string, rule: Rule): Generator<Violation> {
  const at = ruleAt(pointer)
  const origins = ['column', 'constant', 'expression'].filter(name => Object.hasOwn(rule, name))
  if (origins.length !== 1) yield violation(at, 'must have exactly one of "column", "constant", "expression"')
  const conversions = ['codes', 'date', 'number', 'person'].filter(name => Object.hasOwn(rule, name))
  if (conversions.filter(name => name !== 'codes').length > 1) {
    yield violation(at, 'must have at most one of "date", "number", "person"; words beside them go to "codes"')
  }
  if (rule.split !== undefined && (rule.person?.kind ?? rule.person?.state))
    yield violation(`${at}/person`, 'must name no further columns beside "split": they hold one kind for the whole row')
  const dependent = [...conversions, ...['split', 'empty'].filter(name => Object.hasOwn(rule, name))]
  if (rule.column === undefined && dependent.length > 0) yield violation(`${at}/${dependent[0]}`, 'needs a "column"')
  yield* checkDate(`${at}/date`, rule.date)
  const stars = parsePointer(pointer)!.filter(token => token === '*').length
  if (stars > 1) yield violation(at, 'must have at most one `*`')
  if (rule.expression !== undefined && parsePointer(pointer)!.some(token => kindOfToken(token) !== 'member')) {
    yield violation(at, 'must not lie inside a list, for an "expression" can make the whole list')
  }
  if (stars === 0 && rule.split !== undefined)
    yield violation(`${at}/split`, 'needs a pointer with a `*`, as in /owners/*/name')
  if (rule.expression !== undefined) yield* checkExpression(`${at}/expression`, rule.expression)
}

function* checkExpression(at: string, expression: string): Generator<Violation> {
  try {
    const unbound = unboundIn(expression)
    if (unbound.length > 0)
      yield violation(at, `has the variable $${unbound[0]}, which nothing sets; a column is ${unbound[0]}, without $`)
    if (alteredLiterals(expression).length > 0) yield violation(at, 'has a number that cannot be kept exactly')
  } catch (error) {
    yield violation(at, `is not JSONata: ${(error as { message?: string }).message ?? 'syntax error'}`)
  }
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

/** Fields must not stand inside one another, and what is under a name must be all members, all positions or all `*`. */
function* checkTargets(pointers: string[]): Generator<Violation> {
  const kinds = new Map<string, string>()
  for (const pointer of pointers) {
    const tokens = parsePointer(pointer)!
    if (tokens.some(token => forbidden.has(token)))
      yield violation(ruleAt(pointer), 'must not name __proto__, constructor or prototype')
    if (kindOfToken(tokens[0]!) !== 'member')
      yield violation(ruleAt(pointer), 'must begin with a member: a record is an object')
    const steps = [...tokens.map(kindOfToken), 'value']
    const places = steps.map((_, depth) => tokens.slice(0, depth).join('/'))
    const clash = places.findIndex((place, depth) => (kinds.get(place) ?? steps[depth]) !== steps[depth])
    if (clash >= 0) yield violation(ruleAt(pointer), `does not fit beside the other rules under /${places[clash]}`)
    else for (const [depth, place] of places.entries()) kinds.set(place, steps[depth]!)
  }
}

const kindOfToken = (token: string) =>
  token === '*' ? 'each' : /^(0|[1-9]\d{0,2})$/.test(token) ? 'position' : 'member'
