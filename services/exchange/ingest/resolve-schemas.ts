/** Looks up, before a batch is read, every schema its messages name: so that reading itself never waits. */
import type { IncomingMessage } from '../../contract/envelope.ts'
import { type BatchSchemas, framedSchemaId, type SchemaVersion } from './read-message.ts'

export type SchemaSource = {
  /** The version's validator, compiled and cached; undefined where it is not registered. */
  validatorFor(dataset: string, version: number): Promise<SchemaVersion | undefined>
  /** What a global id of the Confluent API stands for. */
  byGlobalId(id: number): Promise<{ dataset: string; version: number } | undefined>
}

/** More versions than this in one batch are not looked up: their messages are set aside as of an unknown schema. */
const mostVersions = 50

export async function resolveSchemas(
  source: SchemaSource,
  dataset: string,
  messages: IncomingMessage[],
): Promise<BatchSchemas> {
  const versions = new Set<number>()
  const ids = new Set<number>()
  const names = new Set<string>()
  for (const message of messages) {
    const id = framedSchemaId(message)
    if (id !== undefined) ids.add(id)
    else names.add(String(message.headers.ce_dataschema ?? ''))
  }
  for (const name of names) {
    const version = Number(/:v(\d{1,9})$/.exec(name)?.[1])
    if (version > 0) versions.add(version)
  }
  const versionOfId = new Map<number, { dataset: string; version: number }>()
  for (const id of [...ids].slice(0, mostVersions)) {
    const named = await source.byGlobalId(id)
    if (named) versionOfId.set(id, named)
    if (named?.dataset === dataset) versions.add(named.version)
  }
  const byVersion = new Map<number, SchemaVersion>()
  for (const version of [...versions].slice(0, mostVersions)) {
    const schema = await source.validatorFor(dataset, version)
    if (schema) byVersion.set(version, schema)
  }
  return { byVersion, versionOfId }
}
