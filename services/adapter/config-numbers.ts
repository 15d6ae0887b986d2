/** Numbers of a config as they are written: kept exactly, or refused, in constants and code tables as in records. */
import { type Document, isPair, isScalar, isSeq, visit } from 'yaml'
import { isKeptExactly } from '../contract/exact-number.ts'
import type { Violation } from '../contract/failure.ts'
import { formatPointer } from '../contract/json-pointer.ts'

/** Numbers that YAML writes and that a double would not keep, and those that are none: .inf and .nan. */
export function* alteredNumbers(document: Document): Generator<Violation> {
  for (const { source, place } of numbersIn(document)) {
    const isKept = /^0[ox]/.test(source)
      ? Number.isSafeInteger(Number(source))
      : /\d/.test(source) && isKeptExactly(source)
    if (/^[+-]?0\d/.test(source))
      yield violationAt(place, 'is a number that would lose its leading zeros; write it in quotes')
    else if (!isKept) yield violationAt(place, 'is a number that cannot be kept exactly; write it in quotes')
  }
}

function numbersIn(document: Document): { source: string; place: (string | number)[] }[] {
  const found: { source: string; place: (string | number)[] }[] = []
  visit(document, {
    Scalar: (_, node, path) => {
      const { value, source } = node
      if (typeof value === 'number' && source !== undefined) found.push({ source, place: tokensOf([...path, node]) })
    },
  })
  return found
}

/** Of the nodes that lead to one, outermost first. */
const tokensOf = (path: readonly unknown[]) =>
  path.flatMap((node, depth): (string | number)[] => {
    if (isPair(node) && isScalar(node.key)) return [String(node.key.value)]
    return isSeq(node) ? [node.items.indexOf(path[depth + 1] as never)] : []
  })

export const violationAt = (place: (string | number)[], message: string): Violation => ({
  pointer: formatPointer(place),
  keyword: 'number',
  message,
})
