/** The columns that a JSONata expression reads, by its syntax: a name that JSONata does not find is silently nothing. */
import jsonata from 'jsonata'

type Syntax = {
  type?: string
  value?: unknown
  steps?: Syntax[]
  procedure?: Syntax
  arguments?: Syntax[]
}

/** In no order; empty for no expression. Names below the row's own level (`物.x`, `[…]`) are none: a cell has no members. */
export function columnsOf(expression: string | undefined): string[] {
  const found = new Set<string>()
  if (expression !== undefined) collect(jsonata(expression).ast() as unknown as Syntax, true, found)
  return [...found]
}

/** Parts that see what stands before them instead of the row. */
const inside = new Set(['predicate', 'stages', 'group', 'nextFunction'])

function collect(node: unknown, isRow: boolean, found: Set<string>): void {
  if (Array.isArray(node)) for (const part of node) collect(part, isRow, found)
  if (Array.isArray(node) || typeof node !== 'object' || node === null) return
  const syntax = node as Syntax
  if (syntax.type === 'name' && isRow) found.add(String(syntax.value))
  const looked = lookedUp(syntax, isRow)
  if (looked !== undefined) found.add(looked)
  for (const [name, part] of Object.entries(syntax)) {
    if (name === 'steps') collectSteps(part as Syntax[], isRow, found)
    else collect(part, isRow && !inside.has(name), found)
  }
}

/** `姓`, `$.姓` and `$$.姓` are the row's; every later step is not. */
function collectSteps(steps: Syntax[], isRow: boolean, found: Set<string>): void {
  const first = steps[0]
  const isWhole = first !== undefined && isTheRow(first, isRow)
  for (const [at, step] of steps.entries()) collect(step, at === 0 ? isRow : at === 1 && isWhole, found)
}

const isTheRow = ({ type, value }: Syntax, isRow: boolean) =>
  type === 'variable' && (value === '$' || (value === '' && isRow))

/** `$lookup($, "姓")` */
function lookedUp({ type, procedure, arguments: [row, name] = [] }: Syntax, isRow: boolean): string | undefined {
  if (type !== 'function' || procedure?.value !== 'lookup' || !row || name?.type !== 'string') return undefined
  const whole = row.type === 'path' ? row.steps?.[0] : row
  return whole && isTheRow(whole, isRow) ? String(name.value) : undefined
}

/** Variables (`$姓`) that nothing in the expression binds and JSONata does not bring: silently nothing as well. */
export function unboundIn(expression: string): string[] {
  const used = new Set<string>()
  const bound = new Set<string>(brought)
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, value, lhs, arguments: parameters, focus, index } = node as Syntax & Record<string, unknown>
    if (type === 'variable') used.add(String(value))
    if (type === 'bind') bound.add(String((lhs as Syntax).value))
    if (type === 'lambda') for (const parameter of parameters as Syntax[]) bound.add(String(parameter.value))
    for (const name of [focus, index]) if (typeof name === 'string') bound.add(name)
    Object.values(node).forEach(visit)
  }
  visit(jsonata(expression).ast())
  return [...used].filter(name => !bound.has(name))
}

/** The row, and JSONata's functions (docs.jsonata.org, version 2). */
const brought = `
  $ sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match
  contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power random
  boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort
  shuffle distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl eval toMillis fromMillis
  clone now millis`
  .split(/\s+/)
  .concat('')
