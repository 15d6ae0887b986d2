/**
 * Which schema a message names: by a frame around its value, by a header of Confluent's serializers, by CloudEvents'
 * `dataschema`, by its content type. Each is optional, and all of them must name the same version of the topic's dataset.
 */
import { badHeader, type IncomingMessage, schemaUrn } from '../../../contract/envelope.ts'
import { type Failure, failure, isFailure } from '../../../contract/failure.ts'
import type { NamedVersion } from '../schemas/schemas.ts'
import { readContentType } from './content-type.ts'
import { type Claim, claimIn } from './schema-urn.ts'

/** The registry's global id of a schema, or its GUID as text (RFC 9562, lower case). */
export type SchemaName = number | string

/** `content` is the value without its frame; `names` are what serializers wrote, each with its place. */
export type Frame = { names: { place: string; name: SchemaName }[]; content: Buffer }

const schemaHeader = '__value_schema_id'
/** Ids are the registry's own, from 1 on, and fit an integer of PostgreSQL as they fit the int of Confluent's clients. */
const largestSchemaId = 2 ** 31 - 1

/**
 * As Confluent's serializers write a schema's name: 0 and the 4 bytes of its id, or 1 and the 16 bytes of its GUID. Undefined
 * for anything else.
 */
function readName(bytes: Buffer): { name: SchemaName; length: number } | undefined {
  if (bytes[0] === 0 && bytes.length >= 5) {
    const id = bytes.readUInt32BE(1)
    return id > 0 && id <= largestSchemaId ? { name: id, length: 5 } : undefined
  }
  if (bytes[0] !== 1 || bytes.length < 17) return undefined
  return { name: bytes.toString('hex', 1, 17).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), length: 17 }
}

/** Claims that serializers wrote before the value and in its header. Failures: SCHEMA_UNKNOWN, ENVELOPE_INVALID. */
export function readFrame({ value, headers }: IncomingMessage): Frame | Failure {
  const frame: Frame = { names: [], content: value ?? Buffer.alloc(0) }
  if (frame.content[0] === 0 || frame.content[0] === 1) {
    const before = readName(frame.content)
    if (!before) return failure('SCHEMA_UNKNOWN', { pointer: 'value', detail: noName })
    frame.names.push({ place: 'value', name: before.name })
    frame.content = frame.content.subarray(before.length)
  }
  if (headers.__key_schema_id !== undefined) return badHeader('__key_schema_id', keyRule)
  const header = headers[schemaHeader]
  if (header === undefined) return frame
  if (Array.isArray(header)) return badHeader(schemaHeader, 'must come once')
  const bytes = Buffer.from(header ?? '')
  const found = readName(bytes)
  if (found?.length !== bytes.length) return badHeader(schemaHeader, `${headerRule}; it has ${bytes.length} bytes`)
  frame.names.push({ place: `header:${schemaHeader}`, name: found.name })
  return frame
}

const noName =
  'The value begins as a frame does, but no id of a schema follows: 0 and its 4 bytes, or 1 and the 16 of a GUID.'
const headerRule = 'must be 1 and the 16 bytes of the schema’s GUID, or 0 and the 4 bytes of its id'
const keyRule = 'says that a serializer wrote the key: keys are plain text, of no schema'

/**
 * The version that the message names, or undefined where nothing in it names one. `find` gives what a name stands for.
 * Failures: SCHEMA_UNKNOWN; SCHEMA_CONTRADICTED, which tells both; ENVELOPE_INVALID.
 */
export function versionNamed(
  { headers }: IncomingMessage,
  { names }: Frame,
  dataset: string,
  find: (name: SchemaName) => NamedVersion | undefined,
): number | undefined | Failure {
  const claims: Claim[] = []
  for (const { place, name } of names) {
    const known = find(name)
    if (!known) return failure('SCHEMA_UNKNOWN', { pointer: place, detail: unknownName(name, dataset) })
    claims.push({ place, ...known })
  }
  for (const claimed of [claimOf(headers.ce_dataschema), readContentType(headers['content-type'])]) {
    if (isFailure(claimed)) return claimed
    claims.push(...[claimed ?? []].flat())
  }
  return agreed(claims, dataset)
}

function agreed(claims: Claim[], dataset: string): number | undefined | Failure {
  const [first] = claims
  const foreign = claims.find(claim => claim.dataset !== dataset)
  if (foreign) return contradicted(foreign, `the topic is that of ${dataset}. Publish to the topic of the one you mean`)
  const other = claims.find(claim => claim.version !== first!.version)
  if (!other) return first?.version
  return contradicted(other, `${inText(first!.place)} names version ${first!.version}. Name one, or the same in both`)
}

const contradicted = ({ place, dataset, version }: Claim, against: string) =>
  failure('SCHEMA_CONTRADICTED', {
    pointer: place,
    detail: `${inText(place)} names version ${version} of ${dataset}; ${against}.`,
  })

const inText = (place: string) => (place === 'value' ? 'the frame of the value' : place.replace(':', ' '))
const unknownName = (name: SchemaName, dataset: string) =>
  `No schema has the ${typeof name === 'number' ? 'id' : 'GUID'} ${name}. Register it first: POST /v1/datasets/${dataset}/schemas.`

const leftOut = ', or be left out where a serializer names the schema'

/** The version that a `ce_dataschema` names; undefined without one. */
function claimOf(header: IncomingMessage['headers'][string]): Claim | undefined | Failure {
  if (header === undefined) return undefined
  const claim = Array.isArray(header) ? undefined : claimIn('header:ce_dataschema', String(header ?? ''))
  return claim ?? badHeader('ce_dataschema', `must be ${schemaUrn('<dataset>', '<version>')}, once${leftOut}`)
}
