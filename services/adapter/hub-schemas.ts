/**
 * What the hub says of the dataset: its key and its schema. Asked with ETags and kept on disk, so that an adapter starts
 * and works on while the hub is away. What comes back is checked before use: a schema is compiled to code.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonObject } from '../contract/canonical-json.ts'
import { type Failure, failure, isFailure } from '../contract/failure.ts'
import { parsePointer } from '../contract/json-pointer.ts'
import type { Logger } from '../contract/log.ts'
import type { Authorize } from '../contract/token-source.ts'
import { compileSchema, type Validate } from '../contract/validation.ts'
import { writeAtomically } from './atomic-file.ts'
import { type PlaceOf, placesOf } from './schema-places.ts'

export type HubSchema = {
  version: number
  keyPointer: string
  key: string[]
  validate: Validate
  placeOf: PlaceOf
}

export type HubSchemasOptions = {
  url: string
  authorize: Authorize
  dataset: string
  version: number | 'latest'
  /** Where answers are kept. */
  folder: string
  log: Logger
  now: () => Date
}

export type HubSchemas = {
  /** The schema to publish by. Failures: UNAVAILABLE (nothing is kept either), DATASET_UNKNOWN, SCHEMA_UNKNOWN, SCHEMA_RETIRED, SCHEMA_REFUSED, NOT_ALLOWED. */
  current: () => Promise<HubSchema | Failure>
}

type Kept = { etag: string | null; body: unknown }

export function createHubSchemas(options: HubSchemasOptions): HubSchemas {
  const base = `${options.url.replace(/\/$/, '')}/v1/datasets/${encodeURIComponent(options.dataset)}`
  let last: { dataset: Kept; schema: Kept; made: HubSchema } | undefined
  return {
    current: async () => {
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
      const made = hubSchemaOf(dataset.body, schema.body)
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

async function askOrRemember(
  options: HubSchemasOptions,
  address: string,
  name: string,
  missing: 'DATASET_UNKNOWN' | 'SCHEMA_UNKNOWN',
) {
  const path = join(options.folder, name)
  const kept = await readKept(path)
  const answer = await ask(address, options.authorize, kept)
  if (answer === 'same') return kept!
  if (answer === 'missing') return failure(missing, { detail: `The hub does not know ${address}.` })
  if (!isFailure(answer)) {
    await keep(path, answer, options)
    return answer
  }
  if (answer.failure !== 'UNAVAILABLE' || !kept) return answer
  options.log.warn({ address, detail: answer.detail }, 'the hub does not answer; working on with what it said last')
  return kept
}

/** Without it the adapter works too, only not through an outage of the hub. */
async function keep(path: string, answer: Kept, { folder, log }: HubSchemasOptions): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeAtomically(path, JSON.stringify(answer))
  } catch (error) {
    log.warn({ err: error, path }, 'what the hub said could not be kept')
  }
}

async function readKept(path: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Kept
  } catch {
    return undefined
  }
}

const patience = 10_000

async function ask(
  address: string,
  authorize: Authorize,
  kept: Kept | undefined,
): Promise<Kept | Failure | 'same' | 'missing'> {
  try {
    const headers = { ...(await authorize('GET', address)), ...(kept?.etag && { 'if-none-match': kept.etag }) }
    const response = await fetch(address, { headers, redirect: 'error', signal: AbortSignal.timeout(patience) })
    if (response.status === 304 && kept) return 'same'
    if (response.status === 200) return { etag: response.headers.get('etag'), body: await response.json() }
    if (response.status === 401 || response.status === 403)
      return failure('NOT_ALLOWED', { detail: `The hub refuses this system ${address}${await reasonIn(response)}.` })
    await response.body?.cancel()
    if (response.status === 404) return 'missing'
    return failure('UNAVAILABLE', { detail: `The hub answered ${response.status} at ${address}.` })
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } }
    return failure('UNAVAILABLE', { detail: `${address}: ${cause?.code ?? message}` })
  }
}

/** The hub's own words, where they are short enough to be that. */
async function reasonIn(response: Response): Promise<string> {
  const { code, detail } = (await response.json().catch(() => ({}))) as Record<string, unknown>
  const words = [code, detail].filter(one => typeof one === 'string' && /^[\x20-\x7e]{1,300}$/.test(one)).join(': ')
  return words && ` (${words.replace(/\.$/, '')})`
}

function hubSchemaOf(dataset: unknown, answer: unknown): HubSchema | Failure {
  const keyPointer = (dataset as { key?: unknown } | null)?.key
  const key = typeof keyPointer === 'string' ? parsePointer(keyPointer) : undefined
  if (!key)
    return failure('UNAVAILABLE', { detail: 'The hub’s entry of the dataset names no key: is this address the hub?' })
  const { version, schema } = (answer ?? {}) as { version?: unknown; schema?: unknown }
  if (!Number.isSafeInteger(version))
    return failure('UNAVAILABLE', { detail: 'The hub’s schema has no version: is this address the hub?' })
  const validate = compileSchema(schema)
  if (isFailure(validate)) return validate
  return {
    version: version as number,
    keyPointer: keyPointer as string,
    key,
    validate,
    placeOf: placesOf(schema as JsonObject),
  }
}
