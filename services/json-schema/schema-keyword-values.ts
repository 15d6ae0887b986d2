/** Whether the value of a schema keyword has the shape that the keyword table asks for. */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import { formats } from '../contract/formats/index.ts'
import { compilePattern } from './pattern.ts'
import type { Shape } from './schema-keywords.ts'

/** One spot within a keyword's value, by tokens from there. */
export type Flaw = { at: (string | number)[]; message: string }

const fine: Flaw[] = []
const flaw = (message: string, ...at: (string | number)[]): Flaw[] => [{ at, message }]
const must = (holds: boolean, message: string): Flaw[] => (holds ? fine : flaw(message))

const typeNames = ['null', 'boolean', 'object', 'array', 'number', 'integer', 'string']
const patternLimit = 1_000

export function checkValue(shape: Shape, value: Json): Flaw[] {
  switch (shape) {
    case 'annotation':
    case 'schema': // The walk visits it and says what is wrong.
      return fine
    case 'schemaMap':
      return isObject(value) ? Object.keys(value).flatMap(name => checkName(name, name)) : flaw('must be an object')
    case 'patternMap':
      return isObject(value) ? checkPatterns(Object.keys(value)) : flaw('must be an object')
    case 'schemaList':
      return must(Array.isArray(value) && value.length > 0, 'must be a list of at least one schema')
    case 'ref':
      return must(typeof value === 'string' && /^#(\/|$)/.test(value), 'must point into this schema: "#/..."')
    case 'types':
      return must(isTypes(value), `must be one or several of ${typeNames.join(', ')}`)
    case 'count':
      return must(Number.isSafeInteger(value) && (value as number) >= 0, 'must be a whole number from 0')
    case 'number':
      return must(typeof value === 'number', 'must be a number')
    case 'positive':
      return must(typeof value === 'number' && value > 0, 'must be a number above 0')
    case 'flag':
      return must(typeof value === 'boolean', 'must be true or false')
    case 'text':
      return must(typeof value === 'string', 'must be a text')
    case 'names':
      return checkNames(value)
    case 'nameMap':
      return isObject(value) ? checkNameMap(value) : flaw('must be an object')
    case 'pattern':
      return checkPattern(value)
    case 'format':
      return checkFormat(value)
    case 'values':
      return checkValues(value)
    case 'value':
      return must(isComparable(value), 'may not hold members named constructor, valueOf, toString or __proto__')
  }
}

/** Formats of JSON Schema that the hub does not decide, and what to write in their place. */
const insteadOfFormat: Record<string, string> = {
  'idn-email': 'leave it out, or write a "pattern"',
  'idn-hostname': 'write "hostname", for names in their ASCII form (xn--…)',
  'uri-template': 'write a "pattern"',
}

function checkValues(values: Json): Flaw[] {
  if (!Array.isArray(values) || values.length === 0) return flaw('must be a list of at least one value')
  return values.flatMap((value, index) => checkValue('value', value).map(found => ({ ...found, at: [index] })))
}

function checkFormat(value: Json): Flaw[] {
  if (typeof value === 'string' && Object.hasOwn(formats, value)) return fine
  const instead =
    typeof value === 'string' && Object.hasOwn(insteadOfFormat, value) ? insteadOfFormat[value] : undefined
  return flaw(instead ? `${value} is not decided here: ${instead}` : `must be one of ${formatNames}`)
}

const formatNames = Object.keys(formats).sort().join(', ')

/**
 * Names that no property may have: `__proto__` changes an object instead of naming a member in much of the software that
 * reads records; `*` stands for "every item" in our field lists.
 */
function checkName(name: string, ...at: (string | number)[]): Flaw[] {
  return name === '__proto__' || name === '*' ? flaw(`may not be named ${name}`, ...at) : fine
}

function checkNames(value: Json): Flaw[] {
  if (!Array.isArray(value) || !value.every(name => typeof name === 'string')) return flaw('must be a list of names')
  if (new Set(value).size < value.length) return flaw('names a property twice')
  return value.flatMap((name, index) => checkName(name, index))
}

const checkNameMap = (value: JsonObject): Flaw[] =>
  Object.entries(value).flatMap(([name, names]) => [
    ...checkName(name, name),
    ...checkNames(names).map(({ at, message }) => ({ at: [name, ...at], message })),
  ])

function isTypes(value: Json): boolean {
  const names = Array.isArray(value) ? value : [value]
  const known = names.every(name => typeof name === 'string' && typeNames.includes(name))
  return names.length > 0 && known && new Set(names).size === names.length
}

const checkPatterns = (patterns: string[]): Flaw[] =>
  patterns.flatMap(pattern => checkPattern(pattern).map(({ message }) => ({ at: [pattern], message })))

/** ajv compares objects by `constructor`, `valueOf` and `toString` before it looks at their members. */
function isComparable(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true
  const names = ['constructor', 'valueOf', 'toString', '__proto__']
  return !names.some(name => Object.hasOwn(value, name)) && Object.values(value).every(isComparable)
}

function checkPattern(value: Json): Flaw[] {
  if (typeof value !== 'string') return flaw('must be a text')
  if (value.length > patternLimit) return flaw(`must be at most ${patternLimit} characters`)
  try {
    compilePattern(value)
    return fine
  } catch (error) {
    if (error instanceof SyntaxError) return flaw(error.message)
    throw error
  }
}
