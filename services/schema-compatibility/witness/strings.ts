/** Texts within limits of length, pattern and format. */
import type { Json } from '../../contract/canonical-json.ts'
import { argumentsOf, exhibitsOf, type Facts, largest, smallest } from './facts.ts'
import { isWithinFormat, longestOfFormat, samplesOfFormat, shapeOfFormat } from './format-languages.ts'
import type { Outcome } from './goal.ts'
import { complementOf, intersectionOf, type Language, languageOf, wordsOf } from './language.ts'

/** Longer texts than this are not built to show a point. */
const longest = 20_000

export function findString(facts: Facts, fits: (value: Json) => boolean): Outcome {
  const least = largest(argumentsOf<number>(facts, 'minLength'), 0)
  const formats = argumentsOf<string>(facts, 'format')
  const mosts = [...argumentsOf<number>(facts, 'maxLength'), ...formats.map(longestOfFormat)]
  const most = smallest(mosts, Number.POSITIVE_INFINITY)
  if (least > most) return 'none'
  if (exhibitsOf(facts, 'notOfFormat').some(({ format }) => formats.some(one => isWithinFormat(one, format))))
    return 'none'
  if (most === 0) return fits('') ? { value: '' } : 'none'
  const { words, isEmpty } = candidates(facts, formats, least, most)
  if (isEmpty) return 'none'
  // The steward's examples may hold a text that no automaton finds: one with check digits and a pattern.
  const examples = argumentsOf<Json[]>(facts, 'examples')
    .flat()
    .filter(example => typeof example === 'string')
  const value = [...formats.flatMap(samplesOfFormat), ...words, ...examples].find(word => fits(word))
  return value === undefined ? 'unknown' : { value }
}

function candidates(
  facts: Facts,
  formats: string[],
  least: number,
  most: number,
): { words: string[]; isEmpty: boolean } {
  if (least > longest) return { words: [], isEmpty: false }
  const required = [...argumentsOf<string>(facts, 'pattern'), ...formats.map(shapeOfFormat)].filter(Boolean)
  const excluded = exhibitsOf(facts, 'notMatching').map(({ pattern }) => pattern)
  if (excluded.some(pattern => required.includes(pattern))) return { words: [], isEmpty: true }
  if (required.length + excluded.length === 0) return { words: plainWords(facts, least, most), isEmpty: false }
  const known = (language: Language | undefined) => language !== undefined
  const inside = required.map(languageOf).filter(known)
  const outside = excluded.map(languageOf)
  // A required pattern that is not understood only makes the set larger; an excluded one may make it empty or not.
  const language = intersectionOf([...inside, ...outside.filter(known).map(complementOf)])
  if (!language) return { words: plainWords(facts, least, most), isEmpty: false }
  return wordsOf(language, least, most)
}

const letters = [...'xabcyz01一', ' ', '-']

/** Distinct texts, more of them than there are excluded ones. */
function plainWords(facts: Facts, least: number, most: number): string[] {
  const excluded = exhibitsOf(facts, 'otherValue').reduce((sum, { values }) => sum + values.length, 0)
  const start = Math.min(Math.max(least, 1), longest)
  const lengths = [start, start + 1, start + 2, start + 3, start + 7, start + 30, least].filter(
    length => length <= most,
  )
  const uniform = lengths.flatMap(length => letters.map(letter => letter.repeat(length)))
  const numbered = Array.from({ length: excluded + 1 }, (_, i) =>
    `x${i}`.padEnd(start, 'x').slice(0, Math.min(most, longest)),
  )
  return [...uniform, ...numbered]
}
