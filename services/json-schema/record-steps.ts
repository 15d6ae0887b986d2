/**
 * How much work one record may be for its schema. Patterns take steps for each character, up to their size; subschemas take some
 * for each value, and an error each where it does not fit. A record of 1 MB against a schema within all limits kept the hub, and
 * everybody's pulls, waiting for minutes, or took all of its memory.
 */
import { _, type CodeKeywordDefinition } from 'ajv/dist/2020.js'
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import { compilePattern, type Pattern } from './pattern.ts'
import { isAnnotation, shapeOf } from './schema-keywords.ts'

/** Some 80 ms in patterns, 200 ms in errors. The largest honest record, 1 MB of short texts with ids, takes a fifth. */
const stepsMax = 2_000_000

/** Thrown once a record has used up its steps. */
export class TooManySteps extends Error {}

/** `begin` starts a record. `pattern` compiles one, and `keyword` is for schemas of `withSteps`: both count to the record. */
export function createStepMeter() {
  let left = 0
  const take = (steps: number) => {
    left -= steps
    if (left < 0) throw new TooManySteps()
  }
  const counted = (pattern: Pattern) => ({
    test: (text: string) => {
      take(pattern.steps(text.length))
      return pattern.test(text)
    },
    /** ajv keeps patterns by it. */
    toString: () => pattern.toString(),
  })
  const keyword: CodeKeywordDefinition = {
    keyword: stepsKeyword,
    schemaType: 'number',
    code: ({ gen, schema }) => gen.code(_`${gen.scopeValue('func', { ref: take })}(${schema as number})`),
  }
  return {
    begin() {
      left = stepsMax
    },
    pattern: (source: string) => counted(compilePattern(source)),
    keyword,
  }
}

/** No schema from outside has it: the guard accepts no such keyword. */
const stepsKeyword = '$steps'
/** The highest cost of one keyword, or of one member of its value: an error. */
const stepsOfOne = 2

/** The same schema without its annotations, each part of which says what it costs to hold a value against it. */
export function withSteps(schema: JsonObject): JsonObject {
  const rules = Object.entries(schema).filter(([keyword]) => !isAnnotation(keyword))
  const parts = rules.map(([keyword, value]) => [keyword, withStepsIn(keyword, value)])
  const size = rules.reduce((sum, [keyword, value]) => sum + sizeOf(keyword, value), 0)
  return size === 0 ? {} : { [stepsKeyword]: size * stepsOfOne, ...Object.fromEntries(parts) }
}

function withStepsIn(keyword: string, value: Json): Json {
  const part = (schema: Json) => (isObject(schema) ? withSteps(schema) : schema)
  const shape = shapeOf(keyword)
  if (shape === 'schema') return part(value)
  if (shape === 'schemaList' && Array.isArray(value)) return value.map(part)
  const isMap = (shape === 'schemaMap' || shape === 'patternMap') && isObject(value)
  return isMap ? Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, part(schema)])) : value
}

/** A keyword and the members of its value, but for those of subschemas: these count for themselves. */
function sizeOf(keyword: string, value: Json): number {
  const isOfSchemas = ['schema', 'schemaMap', 'patternMap', 'schemaList'].includes(shapeOf(keyword) ?? '')
  if (typeof value !== 'object' || value === null) return 1
  const members = Object.values(value)
  return 1 + (isOfSchemas ? members.length : members.reduce((sum: number, one) => sum + sizeOf('', one), 0))
}
