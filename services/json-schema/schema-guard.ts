/**
 * Refuses schemas that could harm: a schema comes from a department and is compiled to code, so it is untrusted. Only
 * listed keywords and formats, only local references, bounded size, depth, number of subschemas and cost of validating.
 * A schema that passes here compiles, and validates any record in time proportional to the record.
 */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import type { Violation } from '../contract/failure.ts'
import { formats } from '../contract/formats/index.ts'
import { formatPointer } from '../contract/json-pointer.ts'
import { unkeptAt } from '../contract/plain-json.ts'
import { costOfPatterns, isTooLarge, patternLimits } from './pattern-cost.ts'
import { refusedKeywords } from './refused-keywords.ts'
import { checkValue } from './schema-keyword-values.ts'
import { isSchema, shapeOf, subschemasOf } from './schema-keywords.ts'
import { checkReferences } from './schema-references.ts'

/**
 * 50 kB is the largest schema seen in practice. These limits keep compiling one under 50 ms, for the hub does that between
 * two pulls. `patternSize` and `patternRanges` are sums over all patterns (pattern-cost.ts).
 */
export const schemaLimits = {
  bytes: 65_536,
  depth: 64,
  subschemas: 1_000,
  branches: 100,
  patternSize: patternLimits.size,
  patternRanges: patternLimits.ranges,
  violations: 50,
} as const

const unknownKeyword = 'is not a keyword that the hub accepts'
const dialect = 'https://json-schema.org/draft/2020-12/schema'

/**
 * Faults of a schema, at most 50 spots; empty means that it may be compiled. `dataset` is the dataset that the
 * schema is for: an `$id` that starts with `urn:datarun:` must then be `urn:datarun:<dataset>` or start with it and a colon.
 */
export function checkSchema(schema: unknown, { dataset }: { dataset?: string } = {}): Violation[] {
  if (!isObject(schema)) return [violation([], 'type', 'must be a JSON object')]
  const bulk = checkBulk(schema)
  if (bulk.length > 0) return bulk
  const patterns = checkPatterns(schema)
  if (patterns.length > 0) return patterns
  const found = [...checkRoot(schema, dataset), ...walk(schema)]
  return (found.length > 0 ? found : checkReferences(schema)).slice(0, schemaLimits.violations)
}

/** The first spot as a sentence, for the detail of a failure. */
export function sentenceOf([first]: Violation[]): string {
  const sentence = `${first!.pointer || 'The schema'} ${first!.message}`
  return sentence.endsWith('.') ? sentence : `${sentence}.`
}

const violation = (tokens: readonly (string | number)[], keyword: string, message: string): Violation => ({
  pointer: formatPointer(tokens),
  keyword,
  message,
})

/** The part of `checkSchema` that costs next to nothing: size and depth. */
export function checkBulk(schema: JsonObject): Violation[] {
  const { depth, bytes } = schemaLimits
  if (unkeptAt(schema, depth)) {
    const message = `must be JSON nested at most ${depth} deep, with finite numbers and well-formed text`
    return [violation([], 'depth', message)]
  }
  const size = Buffer.byteLength(JSON.stringify(schema))
  return size > bytes ? [violation([], 'size', `must be at most ${bytes} bytes`)] : []
}

function checkRoot(schema: JsonObject, dataset: string | undefined): Violation[] {
  const found: Violation[] = []
  if (schema.$schema !== undefined && schema.$schema !== dialect) {
    found.push(violation(['$schema'], '$schema', `must be "${dialect}" or absent`))
  }
  if (schema.$id !== undefined && !isFreeId(schema.$id, dataset)) {
    const own = dataset === undefined ? 'urn:datarun:' : `urn:datarun:${dataset}`
    const message = `must be a URI without a fragment, not of json-schema.org; one that starts with "urn:datarun:" must be "${own}", perhaps with a colon and more`
    found.push(violation(['$id'], '$id', message))
  }
  return found
}

/** The hub resolves nothing by it, so it may be any, but for the names of other datasets and of JSON Schema itself. */
function isFreeId(id: Json, dataset: string | undefined): boolean {
  if (typeof id !== 'string' || !formats['uri-reference']!(id)) return false
  if (id.includes('#') || id.includes('json-schema.org')) return false
  if (!/^urn:datarun:/i.test(id)) return true
  const own = `urn:datarun:${dataset}`
  return /^urn:datarun:[\w.:-]+$/.test(id) && (dataset === undefined || id === own || id.startsWith(`${own}:`))
}

function walk(root: JsonObject): Violation[] {
  const found: Violation[] = []
  let left: number = schemaLimits.subschemas
  const visit = (schema: Json, tokens: string[]) => {
    left -= 1
    if (left < 0 || found.length >= schemaLimits.violations) return
    if (!isSchema(schema)) return void found.push(violation(tokens, 'type', 'must be a schema: an object or a boolean'))
    if (typeof schema === 'boolean') return
    found.push(...checkKeywords(schema, tokens))
    for (const child of subschemasOf(schema)) visit(child.schema, [...tokens, ...child.tokens])
  }
  visit(root, [])
  if (left < 0) found.unshift(violation([], 'subschemas', `must have at most ${schemaLimits.subschemas} subschemas`))
  return found
}

/** Before any of them is compiled. */
function checkPatterns(root: JsonObject): Violation[] {
  const cost = costOfPatterns(root)
  return isTooLarge(cost) ? [violation([], 'pattern', tooLarge)] : []
}

const tooLarge =
  'has patterns that are too large together: repeat less, use maxLength, and \\p{…} less often or in the same pattern'

function checkKeywords(schema: JsonObject, tokens: string[]): Violation[] {
  const found: Violation[] = []
  for (const [keyword, value] of Object.entries(schema)) {
    const shape = shapeOf(keyword)
    const place = [...tokens, keyword]
    if (shape === undefined) found.push(violation(place, keyword, refusedKeywords.get(keyword) ?? unknownKeyword))
    else
      found.push(...checkValue(shape, value).map(({ at, message }) => violation([...place, ...at], keyword, message)))
    if ((keyword === '$id' || keyword === '$schema') && tokens.length > 0) {
      found.push(violation(place, keyword, onlyAtRoot(keyword)))
    }
  }
  return [
    ...found,
    ...checkTogether(schema).map(({ keyword, message }) => violation([...tokens, keyword], keyword, message)),
  ]
}

const onlyAtRoot = (keyword: string) =>
  `may stand at the root of the schema only. Leave it out${keyword === '$id' ? ', and refer by pointer: "$ref": "#/$defs/name"' : ''}.`

const branching = ['allOf', 'anyOf', 'oneOf', 'patternProperties', 'dependentSchemas', 'dependentRequired']

/** Keywords that mean nothing, or cost too much, without one another. */
function checkTogether(schema: JsonObject): { keyword: string; message: string }[] {
  const found: { keyword: string; message: string }[] = []
  const has = (keyword: string) => schema[keyword] !== undefined
  for (const keyword of ['then', 'else']) {
    if (has(keyword) && !has('if')) found.push({ keyword, message: 'means nothing without "if"' })
  }
  if (has('if') && !has('then') && !has('else')) found.push({ keyword: 'if', message: 'needs "then" or "else"' })
  for (const keyword of ['minContains', 'maxContains']) {
    if (has(keyword) && !has('contains')) found.push({ keyword, message: 'means nothing without "contains"' })
  }
  for (const keyword of branching) {
    if (Object.keys(schema[keyword] ?? {}).length > schemaLimits.branches) {
      found.push({ keyword, message: `must have at most ${schemaLimits.branches} branches` })
    }
  }
  if (schema.minContains === 0 && !has('maxContains')) {
    found.push({ keyword: 'minContains', message: 'of 0 without "maxContains" makes "contains" mean nothing' })
  }
  if (Number(schema.minContains) > Number(schema.maxContains)) {
    found.push({ keyword: 'minContains', message: 'must not exceed "maxContains"' })
  }
  return found
}
