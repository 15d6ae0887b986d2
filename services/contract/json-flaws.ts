/** Where a JSON text holds what would not be kept as it is written. Slow, and asked only where something is known to be. */
import { isKeptExactly } from './exact-number.ts'
import type { Violation } from './failure.ts'
import { formatPointer, isHarmlessToken } from './json-pointer.ts'
import { scanJson } from './json-scanner.ts'

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
  const scanner = scanJson(text)
  const tell = (keyword: keyof typeof words) => {
    const [message, messageZh] = words[keyword]
    const tokens = place.slice(0, keyword === 'depth' ? 8 : undefined)
    if (flaws.length < most) flaws.push({ tokens, keyword, message, messageZh })
  }
  const within = (token: string | number, read: () => void) => {
    place.push(token)
    read()
    place.pop()
  }

  const readText = (): string => {
    const value = scanner.takeString()
    if (value.includes('\0') || !value.isWellFormed()) tell('text')
    return value
  }
  /** The names that the value has, if it is an object. */
  const readValue = (): ReadonlySet<string> => {
    const begins = scanner.next()
    const isNested = begins === '{' || begins === '['
    if (isNested && place.length >= deepestJson) {
      tell('depth')
      scanner.passNested()
    } else if (begins === '{') return readObject()
    else if (begins === '[') readList()
    else if (begins === '"') readText()
    else if (isInexact(scanner.takeScalar())) tell('number')
    return nameless
  }
  const readObject = (): ReadonlySet<string> => {
    const names = new Set<string>()
    scanner.enter()
    while (!scanner.leaves('}')) {
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
    scanner.enter()
    for (let index = 0; !scanner.leaves(']'); index += 1) within(index, readValue)
  }
  readValue()
  return flaws
}

const isInexact = (scalar: string) => /^[-\d]/.test(scalar) && !isKeptExactly(scalar)
const nameless: ReadonlySet<string> = new Set()

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
