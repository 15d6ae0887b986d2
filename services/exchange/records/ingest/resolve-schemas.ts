/**
 * Looks up, before a batch is read, every schema its messages name: so that reading itself never waits. All of them, however many
 * are unknown: were their number bounded, messages that name nothing would have the ones behind them rejected. A batch has 1,000
 * messages at most, a name that is unknown costs one look into an index, and only what is registered is ever compiled.
 */
import type { IncomingMessage } from '../../../contract/envelope.ts'
import { isFailure } from '../../../contract/failure.ts'
import type { NamedVersion, SchemaSource, SchemaVersion } from '../schemas/schemas.ts'
import { readContentType } from './content-type.ts'
import type { BatchSchemas } from './read-message.ts'
import { readFrame, type SchemaName } from './schema-claims.ts'
import { type Claim, claimIn } from './schema-urn.ts'

export async function resolveSchemas(
  source: SchemaSource,
  dataset: string,
  messages: IncomingMessage[],
): Promise<BatchSchemas> {
  const names = new Set<SchemaName>()
  const versions = new Set<number>()
  const urns = new Set<string>()
  const note = (claims: readonly Claim[]) => {
    for (const claim of claims) if (claim.dataset === dataset) versions.add(claim.version)
  }
  for (const message of messages) {
    const frame = readFrame(message)
    if (!isFailure(frame)) for (const { name } of frame.names) names.add(name)
    urns.add(String(message.headers.ce_dataschema ?? ''))
    const named = readContentType(message.headers['content-type'])
    if (!isFailure(named)) note(named)
  }
  for (const urn of urns) note([claimIn('', urn) ?? []].flat())
  const named = new Map<SchemaName, NamedVersion>()
  for (const name of names) {
    const found = await (typeof name === 'number' ? source.byGlobalId(name) : source.byGuid(name))
    if (found) named.set(name, found)
    if (found?.dataset === dataset) versions.add(found.version)
  }
  const byVersion = new Map<number, SchemaVersion>()
  for (const version of versions) {
    const schema = await source.validatorFor(dataset, version)
    if (schema) byVersion.set(version, schema)
  }
  return { byVersion, named }
}
