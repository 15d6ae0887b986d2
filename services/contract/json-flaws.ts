/** Where a JSON text holds what would not be kept as it is written. Slow, and asked only where something is known to be. */
import { isKeptExactly } from './exact-number.ts'
import type { Violation } from './failure.ts'
import { formatPointer, isHarmlessToken } from './json-pointer.ts'

/** A spot by the tokens of its JSON Pointer, what is wrong there, and the way out. The messages never hold the value. */
export type JsonFlaw = {
  tokens: (string | number)[]
  keyword: 'json' | 'number' | 'duplicate' | 'text' | 'name' | 'depth'
  message: string
  messageZh: string
}

/** Deeper nesting is refused, so that every walk over a value may recurse. */
export const deepestJson = 1_000

const words = {
  number: ['is a number that cannot be kept exactly; send it as a text', '该数值无法精确保存，请改以文本形式提交'],
  duplicate: ['stands twice in its object; send it once', '该项在同一对象中重复出现，请只保留一个'],
  text: ['holds U+0000 or half a surrogate pair', '含有 U+0000 或不成对的代理字符'],
  name: [
    'must not be a member: __proto__, or constructor with a prototype',
    '不得含有 __proto__ 或带 prototype 的 constructor 项',
  ],
  depth: [`holds something nested more than ${deepestJson} deep`, `所含内容嵌套超过 ${deepestJson} 层`],
} as const

/** A member by which code that copies objects carelessly could be led astray. `names` are those of its value. */
const isForbidden = (name: string, names: ReadonlySet<string>): boolean =>
  name === '__proto__' || (name === 'constructor' && names.has('prototype'))

/** So many are told of one document. */
export const mostFlaws = 50

/** The flaws of a text that is JSON, the first `most` in the order in which they stand. */
export function flawsIn(text: string, most = mostFlaws): JsonFlaw[] {
  const flaws: JsonFlaw[] = []
  const place: (string | number)[] = []
  const tell = (keyword: keyof typeof words) => {
    const [message, messageZh] = words[keyword]
    const tokens = place.slice(0, keyword === 'depth' ? 8 : undefined)
    if (flaws.length < most) flaws.push({ tokens, keyword, message, messageZh })
  }
  let at = 0
  const skip = (units: string) => {
    const start = at
    while (units.includes(text[at]!) && at < text.length) at += 1
    return text.slice(start, at)
  }
  /** Whether the next token is not `closing`, which is taken otherwise. */
  const isOpen = (closing: string): boolean => {
    skip(separators)
    if (text[at] !== closing) return true
    at += 1
    return false
  }
  const within = (token: string | number, read: () => void) => {
    place.push(token)
    read()
    place.pop()
  }

  const readText = (): string => {
    const start = at
    at = endOfString(text, at) + 1
    const value = JSON.parse(text.slice(start, at)) as string
    if (value.includes('\0') || !value.isWellFormed()) tell('text')
    return value
  }
  /** The names that the value has, if it is an object. */
  const readValue = (): ReadonlySet<string> => {
    skip(separators)
    const isNested = text[at] === '{' || text[at] === '['
    if (isNested && place.length >= deepestJson) {
      tell('depth')
      skipNested()
    } else if (text[at] === '{') return readObject()
    else if (text[at] === '[') readList()
    else if (text[at] === '"') readText()
    else {
      const scalar = skip(ofScalars)
      if (/^[-\d]/.test(scalar) && !isKeptExactly(scalar)) tell('number')
    }
    return nameless
  }
  /** Past a list or an object, however deep it is. */
  const skipNested = (): void => {
    for (let depth = 0; ; at += 1) {
      if (text[at] === '"') at = endOfString(text, at)
      else if (text[at] === '[' || text[at] === '{') depth += 1
      else if ((text[at] === ']' || text[at] === '}') && --depth === 0) break
    }
    at += 1
  }
  const readObject = (): ReadonlySet<string> => {
    const names = new Set<string>()
    at += 1
    while (isOpen('}')) {
      const name = readText()
      within(name, () => {
        if (names.has(name)) tell('duplicate')
        if (isForbidden(name, readValue())) tell('name')
      })
      names.add(name)
    }
    return names
  }
  const readList = (): void => {
    at += 1
    for (let index = 0; isOpen(']'); index += 1) within(index, readValue)
  }
  readValue()
  return flaws
}

const separators = ' \t\r\n,:'
/** Of numbers, true, false and null. */
const ofScalars = '+-.0123456789eEtrufalsn'
const nameless: ReadonlySet<string> = new Set()

/** Where the string that begins at `at` has its closing quote. */
export function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (text[end - 1] === '\\' && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

/** After an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let start = at
  while (text[start - 1] === '\\') start -= 1
  return (at - start) % 2 === 1
}

/** A flaw as it is told to the sender, with harmless names only. */
export const violationOfFlaw = ({ tokens, keyword, message }: JsonFlaw): Violation =>
  violationOfPlace(tokens, keyword, message)

export const violationOfPlace = (tokens: JsonFlaw['tokens'], keyword: string, message: string): Violation => ({
  pointer: formatPointer(tokens.map(token => (isHarmlessToken(String(token)) ? token : '*'))),
  keyword,
  message,
})

/** For texts without personal data, so the place is told whole. */
export const sentenceOfFlaw = ({ tokens, message }: JsonFlaw): string =>
  tokens.length > 0 ? `${formatPointer(tokens)} ${message}` : message
