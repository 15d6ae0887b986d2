/**
 * Reads an adapter's config: YAML or JSON, checked against a closed JSON Schema and the rules beside it. Every error names
 * the file, line and column, the place as a JSON Pointer, and what would be right. Secrets never stand in it: settings.ts.
 */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import { type Failure, failure, type Violation } from '../contract/failure.ts'
import { deepestJson } from '../contract/json-flaws.ts'
import { formatPointer, parsePointer } from '../contract/json-pointer.ts'
import { unkeptAt } from '../contract/plain-json.ts'
import { alteredNumbers, violationAt } from './config-numbers.ts'
import { checkRules } from './config-rules.ts'
import { type Config, configSchema } from './config-schema.ts'

export type { Config } from './config-schema.ts'

/** `name` is how errors call the text, usually the file's path. Failure: CONFIG_INVALID. */
export function readConfig(text: string, name: string): Config | Failure {
  const lines = new LineCounter()
  const document = parseDocument(text, { stringKeys: true, lineCounter: lines, prettyErrors: false })
  const [broken = aliasIn(document)] = document.errors
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0])
    return failure('CONFIG_INVALID', { detail: `${name}:${line}:${col}: ${broken.message}` })
  }
  const violations = [...alteredNumbers(document)]
  const config = violations.length > 0 ? violations : checkConfig(document.toJS())
  if (Array.isArray(config)) return located(config, name, pointer => lines.linePos(offsetOf(document, pointer)))
  return config
}

/** The same check for a config that a program wrote. Failure: CONFIG_INVALID. */
export function configOf(value: unknown): Config | Failure {
  const unkept = unkeptAt(value, deepestJson)
  const config = unkept ? [violationAt(unkept, 'holds what JSON cannot, such as NaN')] : checkConfig(value)
  return Array.isArray(config) ? located(config, 'config', () => undefined) : config
}

/** Aliases are not needed here, and a few of them within one another unfold to gigabytes. */
function aliasIn(document: Document): { pos: [number, number]; message: string } | undefined {
  let found: { pos: [number, number]; message: string } | undefined
  visit(document, {
    Alias: (_, { range }) => {
      found = { pos: [range?.[0] ?? 0, 0], message: 'Aliases are not accepted here; write the value again' }
      return visit.BREAK
    },
  })
  return found
}

const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true, verbose: true }).compile<Config>(
  configSchema,
)

function checkConfig(value: unknown): Config | Violation[] {
  const config = withLongRules(value)
  if (!validate(config)) return violationsOf(validate.errors ?? [])
  const violations = checkRules(config)
  return violations.length > 0 ? violations : config
}

/** `"/name": "姓名"` is short for `"/name": { "column": "姓名" }`. */
function withLongRules(value: unknown): unknown {
  const mapping = (value as { mapping?: unknown } | null)?.mapping
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) return value
  const rules = Object.entries(mapping).map(([at, rule]) => [at, typeof rule === 'string' ? { column: rule } : rule])
  return { ...(value as object), mapping: Object.fromEntries(rules) }
}

/** Of a value with several forms, the errors of the form that fits best are told: those that lie deepest. */
function violationsOf(errors: ErrorObject[]): Violation[] {
  const deepest = errors.filter(({ instancePath, keyword }) => {
    const isInside = (other: ErrorObject) => other.instancePath.startsWith(`${instancePath}/`)
    const isPartOfChoice =
      keyword !== 'anyOf' && errors.some(other => other.keyword === 'anyOf' && other.instancePath === instancePath)
    return !isPartOfChoice && !(keyword === 'anyOf' && errors.some(isInside))
  })
  return deepest.slice(0, 20).map(violationOf)
}

function violationOf({ instancePath, keyword, params, message, parentSchema }: ErrorObject): Violation {
  const name: string | undefined = params.missingProperty ?? params.additionalProperty
  const pointer = name === undefined ? instancePath : instancePath + formatPointer([name])
  return { pointer, keyword, message: sentenceOf(keyword, message, parentSchema, params) }
}

function sentenceOf(
  keyword: string,
  message = 'is not valid',
  schema: ErrorObject['parentSchema'],
  params: ErrorObject['params'],
) {
  const known = Object.keys(schema?.properties ?? {}).join(', ')
  if (keyword === 'required') return 'is missing'
  if (keyword === 'additionalProperties') return `is not known here; known: ${known}`
  if (keyword === 'anyOf') return `must be ${choicesOf(schema?.anyOf)}`
  if (keyword === 'propertyNames' || keyword === 'pattern')
    return `${message}${schema?.description ? `: ${schema.description}` : ''}`
  return params.allowedValue === undefined ? message : `must be ${JSON.stringify(params.allowedValue)}`
}

type Choice = { const?: unknown; type?: string; properties?: object; anyOf?: Choice[] }
const choicesOf = (choices: Choice[] = []): string =>
  choices
    .map(({ const: constant, type, properties, anyOf }) =>
      anyOf
        ? choicesOf(anyOf)
        : constant !== undefined
          ? JSON.stringify(constant)
          : properties
            ? `{ ${Object.keys(properties).join(', ')} }`
            : type,
    )
    .join(' or ')

type Position = { line: number; col: number }
function located(violations: Violation[], name: string, find: (pointer: string) => Position | undefined): Failure {
  const told = violations.map(({ pointer, keyword, message }) => {
    const position = find(pointer)
    const place = position ? `${name}:${position.line}:${position.col}` : name
    return { pointer, keyword, message: `${place}: ${pointer || 'the whole'} ${message}` }
  })
  return failure('CONFIG_INVALID', { detail: told[0]!.message, pointer: told[0]!.pointer, violations: told })
}

/** Where the value that the pointer names begins in the text, or as near to it as the text goes. */
function offsetOf(document: Document, pointer: string): number {
  let node: unknown = document.contents
  let offset = 0
  for (const token of parsePointer(pointer) ?? []) {
    const pair = isMap(node)
      ? node.items.find(item => isScalar(item.key) && String(item.key.value) === token)
      : undefined
    const next = pair ? pair.key : isSeq(node) ? node.items[Number(token)] : undefined
    const range = (next as { range?: [number, number, number] } | undefined)?.range
    if (!range) break
    offset = range[0]
    node = pair ? pair.value : next
  }
  return offset
}
