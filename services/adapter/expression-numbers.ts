/** JSONata reads and computes numbers as doubles and says nothing of what they lose. Here that cannot happen unseen. */
import jsonata from 'jsonata'
import type { Json } from '../contract/canonical-json.ts'
import { isKeptExactly } from '../contract/exact-number.ts'

/** The expression, with a `$number` that refuses texts which no double holds. @throws where it is not JSONata. */
export function compileExpression(source: string): jsonata.Expression {
  const expression = jsonata(source)
  expression.registerFunction('number', toNumber, '<(nsb)-:n>')
  return expression
}

/** As JSONata's own, of decimals and of 0x, 0o and 0b. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number' || value === undefined) return value
  if (typeof value === 'boolean') return value ? 1 : 0
  const text = String(value)
  if (/^-?\d+(\.\d+)?([Ee][-+]?\d+)?$/.test(text) && isKeptExactly(text)) return Number(text)
  if (/^(0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+)$/.test(text) && Number.isSafeInteger(Number(text)))
    return Number(text)
  throw Object.assign(new Error('not a number that can be kept exactly'), { code: 'D3030' })
}

/** The numbers written in an expression that a double would not keep. */
export function alteredLiterals(source: string): string[] {
  const written: string[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, position } = node as { type?: unknown; position?: unknown }
    if (type === 'number' && typeof position === 'number') written.push(literalBefore(source, position))
    Object.values(node).forEach(visit)
  }
  visit(jsonata(source).ast())
  return written.filter(literal => literal !== '' && !isKeptExactly(literal))
}

/** A node's position is the end of its token. */
const literalBefore = (source: string, end: number) =>
  /\d+(\.\d+)?([Ee][-+]?\d+)?$/.exec(source.slice(0, end))?.[0] ?? ''

/** Arithmetic leaves digits behind that nobody meant (0.1 + 0.2); as in cells, a number has at most 15 digits. */
export function hasLongNumber(value: Json): boolean {
  if (typeof value === 'number') return Number(value.toPrecision(15)) !== value
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLongNumber)
}
