/**
 * Regular expressions as sets of texts, so that "every text of this pattern is a text of that one" can be decided and a
 * text that is in one and not in the other can be shown. The automata are refa's.
 */

import type { CharRange, Concatenation, Element, Expression } from 'refa'
import { CharSet, DFA, JS, NFA, type NoParent } from 'refa'
import { rewritePattern } from '../../json-schema/ecma-pattern.ts'

export type Language = DFA

/** Automata with more states than this are not built: a text of 1,000 characters at most takes 1,001. */
const limited = () => new DFA.LimitedNodeFactory(2_000)

const top = 0x10ffff
const everything: CharSet = CharSet.all(top)
const known = new Map<string, Language | undefined>()

/** The texts that a pattern matches somewhere; undefined where it is too large, or has `^` or `$` in its middle. */
export function languageOf(pattern: string): Language | undefined {
  if (known.size > 500) known.clear()
  if (!known.has(pattern)) known.set(pattern, build(pattern))
  return known.get(pattern)
}

function build(pattern: string): Language | undefined {
  try {
    const literal = { source: rewritePattern(pattern, 'ecma'), flags: 'u' }
    const { expression } = JS.Parser.fromLiteral(literal).parse({ backreferences: 'throw', assertions: 'parse' })
    const whole = { type: 'Expression' as const, alternatives: expression.alternatives.map(anchored) }
    const options = { maxCharacter: top as never }
    const nfa = NFA.fromRegex(whole as NoParent<Expression>, options, { assertions: 'throw' })
    return minimal(DFA.fromFA(nfa, limited()))
  } catch {
    return undefined // Too many states, or an assertion inside: the checker then answers that it cannot tell.
  }
}

const anything = () => ({
  type: 'Quantifier' as const,
  min: 0,
  max: Number.POSITIVE_INFINITY,
  lazy: false,
  alternatives: [
    { type: 'Concatenation' as const, elements: [{ type: 'CharacterClass' as const, characters: everything }] },
  ],
})

/** A pattern may match anywhere: texts go on before and behind it, where `^` and `$` do not say otherwise. */
function anchored({ elements }: NoParent<Concatenation>): NoParent<Concatenation> {
  const hasStart = isEdge(elements[0], 'behind')
  const hasEnd = isEdge(elements.at(-1), 'ahead')
  const inner = elements.slice(hasStart ? 1 : 0, hasEnd ? -1 : undefined)
  const whole = [...(hasStart ? [] : [anything()]), ...inner, ...(hasEnd ? [] : [anything()])]
  return { type: 'Concatenation', elements: whole as NoParent<Element>[] }
}

const isEdge = (element: NoParent<Element> | undefined, kind: 'ahead' | 'behind') =>
  element?.type === 'Assertion' && element.kind === kind && element.negate

function minimal(language: DFA): DFA {
  language.minimize()
  return language
}

export function intersectionOf(languages: Language[]): Language | undefined {
  try {
    return languages.reduce((a, b) => DFA.fromIntersection(a, b, limited()), DFA.all({ maxCharacter: top as never }))
  } catch {
    return undefined
  }
}

export function complementOf(language: Language): Language {
  const complement = language.copy()
  complement.complement()
  return complement
}

type State = DFA.ReadonlyNode
type Step = { from: State; characters: CharRange[] }
/** The texts found, and whether there can be no others of the lengths asked for. */
export type Words = { words: string[]; isEmpty: boolean }

const workLimit = 100_000

/** Some texts of a language with `least` to `most` characters, short ones first. */
export function wordsOf(language: Language, least: number, most: number): Words {
  const longest = Math.min(most, least + language.countNodes() + 8)
  const layers: Map<State, Step | undefined>[] = [new Map([[language.initial as State, undefined]])]
  const words: string[] = []
  let work = 0
  for (let length = 0; length <= longest && layers[length]!.size > 0; length += 1) {
    if (length >= least) {
      const ends = [...layers[length]!.keys()].filter(state => language.finals.has(state as DFA.Node))
      for (const end of ends.slice(0, 4)) words.push(...spell(layers, length, end))
    }
    if (words.length >= 60) break
    const next: (typeof layers)[number] = new Map()
    for (const from of layers[length]!.keys()) {
      for (const [characters, target] of from.out) {
        work += 1
        const step = next.get(target)
        if (!step) next.set(target, { from, characters: [characters] })
        else if (step.from === from) step.characters.push(characters)
      }
    }
    if (work > workLimit) return { words: words.filter(isText), isEmpty: false }
    layers.push(next)
  }
  return { words: [...new Set(words)].filter(isText), isEmpty: words.length === 0 }
}

const isText = (word: string) => word.isWellFormed() && !word.includes('\0')

function spell(layers: Map<State, Step | undefined>[], length: number, end: State): string[] {
  const path: CharRange[][] = []
  let state = end
  for (let at = length; at > 0; at -= 1) {
    const { from, characters } = layers[at]!.get(state)!
    path.unshift(characters)
    state = from
  }
  return preferences.map(preference => path.map(characters => pick(characters, preference)).join(''))
}

const preferences = ['0A一', 'a1', 'Zz9', '人-']

/** A character of the ranges, a readable one if there is one. */
function pick(ranges: CharRange[], preferred: string): string {
  const isIn = (point: number) => ranges.some(({ min, max }) => min <= point && point <= max)
  const wanted = [...preferred].find(character => isIn(character.codePointAt(0)!))
  if (wanted !== undefined) return wanted
  const range = ranges.find(({ max }) => max >= 0x20) ?? ranges[0]!
  return String.fromCodePoint(Math.max(range.min, Math.min(0x20, range.max)))
}
