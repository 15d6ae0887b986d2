/**
 * Patterns of schemas mean what ECMA-262 says (u flag), whichever engine reads them. Engines differ in `.`, `\s`, `\S`, `\p{…}`
 * and in what they understand at all, so a pattern is taken apart and written anew in what all of them read alike: characters,
 * classes of ranges, groups, choices, repetitions, `^`, `$` and `\b`.
 */
import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { type Characters, charactersOf, complement, union } from '../contract/characters.ts'

/** How the reader of the new pattern writes a code point: `\x{3000}` for RE2, `\u{3000}` for ECMAScript. */
export type Dialect = 're2' | 'ecma'

/** @throws SyntaxError with a sentence on what cannot be written so, and what to write instead. */
export function rewritePattern(source: string, dialect: Dialect): string {
  return writeAlternatives(parsePattern(source), dialect)
}

const parser = new RegExpParser({ ecmaVersion: 2025 })

/** @throws SyntaxError where the source is no expression of ECMA-262 (u flag). */
export const parsePattern = (source: string): AST.Pattern =>
  parser.parsePattern(source, 0, source.length, { unicode: true })

const notLinear = 'cannot be matched in linear time (no look-around, no back-reference): '

const writeAlternatives = ({ alternatives }: { alternatives: AST.Alternative[] }, dialect: Dialect): string =>
  alternatives.map(({ elements }) => elements.map(element => write(element, dialect)).join('')).join('|')

function write(element: AST.Element, dialect: Dialect): string {
  switch (element.type) {
    case 'Character':
      return point(element.value, dialect)
    case 'CharacterSet':
    case 'CharacterClass':
      return writeClass(charactersIn(element), dialect)
    case 'Group':
      if (element.modifiers)
        throw new SyntaxError('has modifiers such as (?i:…), which not every validator knows; write [Aa] for a')
      return `(?:${writeAlternatives(element, dialect)})`
    case 'CapturingGroup':
      return `(?:${writeAlternatives(element, dialect)})`
    case 'Quantifier':
      return `(?:${write(element.element, dialect)})${times(element)}`
    case 'Assertion':
      return writeAssertion(element)
    case 'Backreference':
      throw new SyntaxError(`${notLinear}instead of \\1 list the texts in an "enum", or allow both parts apart`)
    default:
      throw new SyntaxError(`has ${element.type}, which the u flag does not know`)
  }
}

function times({ min, max, greedy }: AST.Quantifier): string {
  const lazy = greedy ? '' : '?'
  if (max === Number.POSITIVE_INFINITY) return (min === 0 ? '*' : min === 1 ? '+' : `{${min},}`) + lazy
  return `{${min},${max}}${lazy}`
}

function writeAssertion(assertion: AST.Assertion): string {
  switch (assertion.kind) {
    case 'start':
      return '^'
    case 'end':
      return '$'
    case 'word':
      return assertion.negate ? '\\B' : '\\b'
    default:
      throw new SyntaxError(`${notLinear}write what it demands as a "pattern" of its own under "allOf", or under "not"`)
  }
}

type ClassElement = AST.CharacterClass['elements'][number]

function charactersIn(element: AST.CharacterSet | AST.CharacterClass | ClassElement): Characters {
  switch (element.type) {
    case 'Character':
      return [[element.value, element.value]]
    case 'CharacterClassRange':
      return [[element.min.value, element.max.value]]
    case 'CharacterSet':
      return charactersOf(element.raw)
    case 'CharacterClass': {
      const set = union(element.elements.map(charactersIn))
      return element.negate ? complement(set) : set
    }
    default:
      throw new SyntaxError(`has ${element.type}, which the u flag does not know`)
  }
}

function writeClass(characters: Characters, dialect: Dialect): string {
  const ranges = characters.flatMap(withoutHalves)
  if (ranges.length === 0) return `[^${point(0, dialect)}-${point(0x10ffff, dialect)}]`
  const written = ranges.map(([from, to]) =>
    from === to ? point(from, dialect) : `${point(from, dialect)}-${point(to, dialect)}`,
  )
  return `[${written.join('')}]`
}

/** No text has halves of surrogate pairs, and RE2 knows no such characters. */
function withoutHalves([from, to]: readonly [number, number]): [number, number][] {
  const below: [number, number] = [from, Math.min(to, 0xd7ff)]
  const above: [number, number] = [Math.max(from, 0xe000), to]
  return [below, above].filter(([first, end]) => first <= end)
}

const point = (code: number, dialect: Dialect): string =>
  isPlain.test(String.fromCodePoint(code))
    ? String.fromCodePoint(code)
    : `${dialect === 're2' ? '\\x' : '\\u'}{${code.toString(16)}}`

const isPlain = /^[0-9A-Za-z]$/
