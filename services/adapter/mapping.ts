/**
 * From a department's row to a record of the schema, as the config's rules say. Rules are compiled once, and again for each
 * file's order of columns, to closures that run without waiting; expressions (JSONata is asynchronous and slow) come after
 * them, and only where there are any.
 */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { parsePointer } from '../contract/json-pointer.ts'
import type { Rule } from './config-schema.ts'
import { conversionOf } from './conversion.ts'
import { compileExpressions, type EvaluateExpressions } from './expression.ts'
import { columnsOf } from './expression-columns.ts'
import type { Problem } from './report.ts'
import type { PlaceOf } from './schema-places.ts'
import type { Row } from './source-row.ts'

/** The record made of a row, as far as it could be; `problems` name the places in the record that could not, never the cells. */
type Mapped = { record: JsonObject; problems: Problem[] }

/** `evaluate` is absent where the config has no expressions. */
type RowMapping = {
  map: (row: Row) => Mapped
  evaluate?: EvaluateExpressions
}

export type Mapping = {
  /** Every column that a rule names. */
  columns: readonly string[]
  /** The column that feeds the place in the record, or the nearest place above or below it. */
  columnAt: (pointer: string) => string | undefined
  /** `header` holds every one of `columns`; `placeOf` says what the schema has where an expression writes. */
  forHeader: (header: readonly string[], placeOf?: PlaceOf) => RowMapping
}

type Placed = { pointer: string; tokens: string[]; rule: Rule }
type Build = (row: Row, item: number, problems: Problem[]) => Json | undefined

export function compileMapping(rules: Readonly<Record<string, Rule>>): Mapping {
  const placed = Object.entries(rules).map(([pointer, rule]) => ({ pointer, tokens: parsePointer(pointer)!, rule }))
  const plain = placed.filter(({ rule }) => rule.expression === undefined)
  const computed = placed.filter(({ rule }) => rule.expression !== undefined)
  return {
    columns: [...new Set(placed.flatMap(({ rule }) => columnsIn(rule)))],
    columnAt: pointer => columnAt(placed, parsePointer(pointer) ?? []),
    forHeader: (header, placeOf = anyPlace) => {
      const build = buildMembers(plain, 0, new Map(header.map((name, index) => [name, index])))
      const evaluate = computed.length > 0 ? compileExpressions(computed, header, placeOf) : undefined
      return { map: row => mapRow(build, row), ...(evaluate && { evaluate }) }
    },
  }
}

const columnsIn = ({ column, expression, person }: Rule): string[] =>
  column === undefined
    ? columnsOf(expression)
    : [column, person?.kind?.column, person?.state?.column].filter(name => name !== undefined)

const anyPlace: PlaceOf = () => ({ known: true, isList: false })

function mapRow(build: Build, row: Row): Mapped {
  const problems: Problem[] = []
  const record = (build(row, 0, problems) ?? {}) as JsonObject
  return { record, problems }
}

type Columns = ReadonlyMap<string, number>

/** The tree to build for those rules that agree in their first `depth` tokens. */
function buildAt(placed: Placed[], depth: number, columns: Columns): Build {
  const token = placed[0]!.tokens[depth]
  if (token === undefined) return buildValue(placed[0]!, columns)
  if (token === '*') return buildEach(placed, depth, columns)
  return /^\d+$/.test(token) ? buildPositions(placed, depth, columns) : buildMembers(placed, depth, columns)
}

type Branch = { token: string; build: Build; isConstant: boolean }

/** Rules under each token, in the order in which the config names them. */
function branches(placed: Placed[], depth: number, columns: Columns): Branch[] {
  const groups = Map.groupBy(placed, ({ tokens }) => tokens[depth]!)
  return [...groups].map(([token, group]) => ({
    token,
    build: buildAt(group, depth + 1, columns),
    isConstant: group.every(({ rule }) => rule.column === undefined),
  }))
}

/** An object of which nothing is there but constants is not there, unless it has nothing else. */
function buildMembers(placed: Placed[], depth: number, columns: Columns): Build {
  const members = branches(placed, depth, columns)
  const isConstant = members.every(member => member.isConstant)
  return (row, item, problems) => {
    const object: JsonObject = {}
    let isThere = isConstant
    for (const member of members) {
      const value = member.build(row, item, problems)
      if (value === undefined) continue
      object[member.token] = value
      if (!member.isConstant) isThere = true
    }
    return isThere ? object : undefined
  }
}

/** `/owners/0/name`, `/owners/1/name`: items that are not there close up. */
function buildPositions(placed: Placed[], depth: number, columns: Columns): Build {
  const items = branches(placed, depth, columns).sort((one, other) => Number(one.token) - Number(other.token))
  return (row, item, problems) => {
    const list = items.map(({ build }) => build(row, item, problems)).filter(value => value !== undefined)
    return list.length > 0 ? list : undefined
  }
}

/** Under `*`: as many items as the split cells have parts; cells that are empty as a whole do not count. */
function buildEach(placed: Placed[], depth: number, columns: Columns): Build {
  const build = buildAt(placed, depth + 1, columns)
  const split = placed.flatMap(({ rule }) => (rule.split ? { index: columns.get(rule.column!)!, by: rule.split } : []))
  const pointer = placed[0]!.pointer.slice(0, placed[0]!.pointer.indexOf('/*'))
  return (row, _, problems) => {
    const cells = split.filter(({ index }) => row[index]!.trim() !== '')
    const counts = new Set(cells.map(({ index, by }) => row[index]!.split(by).length))
    if (counts.size > 1)
      problems.push({ pointer, keyword: 'split', message: 'comes from cells with different numbers of parts' })
    if (counts.size !== 1) return undefined
    const list = Array.from({ length: [...counts][0]! }, (_, item) => build(row, item, problems))
    const present = list.filter(value => value !== undefined)
    return present.length > 0 ? present : undefined
  }
}

/** A code that stands for null (长期: null) means what an empty cell means. */
function buildValue({ pointer, rule }: Placed, columns: Columns): Build {
  if (rule.column === undefined) return () => rule.constant
  const empty = rule.empty === 'null' ? null : undefined
  const read = readText(columns.get(rule.column)!, rule.split)
  const { convert, explain } = conversionOf(rule, columns)
  return (row, item, problems) => {
    const text = read(row, item)
    if (text === '') return empty
    const value = convert(text, row)
    if (value !== undefined) return value ?? empty
    problems.push({ pointer: pointer.replace('*', String(item)), ...explain(text, row) })
    return undefined
  }
}

const readText = (index: number, split: string | undefined) =>
  split === undefined
    ? (row: Row) => row[index]!.trim()
    : (row: Row, item: number) => (row[index]!.split(split)[item] ?? '').trim()

function columnAt(placed: Placed[], place: string[]): string | undefined {
  const agrees = (tokens: string[]) =>
    tokens.every(
      (token, depth) =>
        depth >= place.length || token === place[depth] || (token === '*' && /^\d+$/.test(place[depth]!)),
    )
  const nearest = placed
    .filter(({ tokens }) => agrees(tokens))
    .sort((one, other) => Math.abs(one.tokens.length - place.length) - Math.abs(other.tokens.length - place.length))
  return nearest.find(({ rule }) => rule.column)?.rule.column
}
