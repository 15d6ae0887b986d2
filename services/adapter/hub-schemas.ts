/** The hub's word on the dataset: its key and its schema. It is checked before use: a schema is compiled to code. */
import type { JsonObject } from '../contract/canonical-json.ts'
import type { CodeExceptions } from '../contract/code-exceptions.ts'
import { type Failure, failure, isFailure } from '../contract/failure.ts'
import { parsePointer } from '../contract/json-pointer.ts'
import { compileSchema, type Validate } from '../json-schema/validation.ts'
import { askOrRemember, type HubAnswersOptions, type Kept } from './hub-answers.ts'
import { createHubExceptions } from './hub-exceptions.ts'
import { type PlaceOf, placesOf } from './schema-places.ts'

export type HubSchema = {
  version: number
  keyPointer: string
  key: string[]
  validate: Validate
  placeOf: PlaceOf
}

export type HubSchemasOptions = HubAnswersOptions & {
  url: string
  dataset: string
  version: number | 'latest'
  now: () => Date
}

export type HubSchemas = {
  /** Credit codes that are lawful though they fail their check, as the hub said last. */
  exceptions: CodeExceptions
  /** The schema to publish by. Failures: UNAVAILABLE (nothing is kept either), DATASET_UNKNOWN, SCHEMA_UNKNOWN, SCHEMA_RETIRED, SCHEMA_REFUSED, NOT_ALLOWED. */
  current: () => Promise<HubSchema | Failure>
}

export function createHubSchemas(options: HubSchemasOptions): HubSchemas {
  const hub = `${options.url.replace(/\/$/, '')}/v1`
  const base = `${hub}/datasets/${encodeURIComponent(options.dataset)}`
  const exceptions = createHubExceptions(options, hub)
  let last: { dataset: Kept; schema: Kept; made: HubSchema } | undefined
  return {
    exceptions,
    current: async () => {
      await exceptions.refresh()
      const dataset = await askOrRemember(options, base, 'dataset.json', 'DATASET_UNKNOWN')
      if (isFailure(dataset)) return dataset
      const schema = await askOrRemember(
        options,
        `${base}/schemas/${options.version}`,
        `schema-${options.version}.json`,
        'SCHEMA_UNKNOWN',
      )
      if (isFailure(schema)) return schema
      const retired = retirement(schema.body, options.now())
      if (retired) return retired
      if (last && sameAnswer(last.dataset, dataset) && sameAnswer(last.schema, schema)) return last.made
      const made = hubSchemaOf(dataset.body, schema.body, exceptions)
      if (!isFailure(made)) last = { dataset, schema, made }
      return made
    },
  }
}

/** A version may be given a last day: what is published with it after that, the hub sets aside. */
function retirement(answer: unknown, now: Date): Failure | undefined {
  const { version, refusedFrom } = (answer ?? {}) as { version?: unknown; refusedFrom?: unknown }
  if (typeof refusedFrom !== 'string' || Date.parse(refusedFrom) > now.getTime()) return undefined
  return failure('SCHEMA_RETIRED', {
    detail: `Version ${version} is refused since ${refusedFrom}: publish with a later one.`,
  })
}

const sameAnswer = (one: Kept, other: Kept) => JSON.stringify(one.body) === JSON.stringify(other.body)

function hubSchemaOf(dataset: unknown, answer: unknown, exceptions: CodeExceptions): HubSchema | Failure {
  const keyPointer = (dataset as { key?: unknown } | null)?.key
  const key = typeof keyPointer === 'string' ? parsePointer(keyPointer) : undefined
  if (!key)
    return failure('UNAVAILABLE', { detail: 'The hub’s entry of the dataset names no key: is this address the hub?' })
  const { version, schema } = (answer ?? {}) as { version?: unknown; schema?: unknown }
  if (!Number.isSafeInteger(version))
    return failure('UNAVAILABLE', { detail: 'The hub’s schema has no version: is this address the hub?' })
  const validate = compileSchema(schema, exceptions)
  if (isFailure(validate)) return validate
  return {
    version: version as number,
    keyPointer: keyPointer as string,
    key,
    validate,
    placeOf: placesOf(schema as JsonObject),
  }
}
