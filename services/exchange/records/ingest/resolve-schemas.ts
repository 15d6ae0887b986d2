/** Looks up, before a batch is read, every schema its messages name: so that reading itself never waits. */
import type { IncomingMessage } from '../../../contract/envelope.ts'
import { type Failure, isFailure } from '../../../contract/failure.ts'
import type { NamedVersion, SchemaSource, SchemaVersion } from '../schemas/schemas.ts'
import { readContentType } from './content-type.ts'
import type { BatchSchemas } from './read-message.ts'
import { readFrame, type SchemaName } from './schema-claims.ts'
import { type Claim, claimIn } from './schema-urn.ts'

/** More versions than this in one batch are not looked up: their messages are set aside as of an unknown schema. */
const mostVersions = 50

export async function resolveSchemas(
  source: SchemaSource,
  dataset: string,
  messages: IncomingMessage[],
): Promise<BatchSchemas> {
  const names = new Set<SchemaName>()
  const versions = new Set<number>()
  const urns = new Set<string>()
  const note = (claim: Claim | undefined | Failure) => {
    if (claim && !isFailure(claim) && claim.dataset === dataset) versions.add(claim.version)
  }
  for (const message of messages) {
    const frame = readFrame(message)
    if (!isFailure(frame)) for (const { name } of frame.names) names.add(name)
    urns.add(String(message.headers.ce_dataschema ?? ''))
    note(readContentType(message.headers['content-type']))
  }
  for (const urn of urns) note(claimIn('', urn))
  const named = new Map<SchemaName, NamedVersion>()
  for (const name of [...names].slice(0, mostVersions)) {
    const found = await (typeof name === 'number' ? source.byGlobalId(name) : source.byGuid(name))
    if (found) named.set(name, found)
    if (found?.dataset === dataset) versions.add(found.version)
  }
  const byVersion = new Map<number, SchemaVersion>()
  for (const version of [...versions].slice(0, mostVersions)) {
    const schema = await source.validatorFor(dataset, version)
    if (schema) byVersion.set(version, schema)
  }
  return { byVersion, named }
}
