/** A registered version of a dataset's schema. */
import { createHash } from 'node:crypto'
import { canonicalJson, type JsonObject } from '../../../contract/canonical-json.ts'

export type SchemaReference = { name: string; subject: string; version: number }

export type RegisteredSchema = {
  /** Of this schema in this dataset: kept when it is registered again after a soft delete, never given to another. */
  id: number
  /** Of this schema in this dataset, the same in every hub: a UUID of version 8 made from both (migration 0030). */
  guid: string
  dataset: string
  /** 1, 2, 3 … within the dataset. */
  version: number
  schema: JsonObject
  fingerprint: string
  references: SchemaReference[]
  registeredAt: Date
  registeredBy: string
  refusedFrom: Date | null
  deletedAt: Date | null
}

/** A version without its text, which may have a million characters: what lists of any length are made of. */
export type VersionEntry = Omit<RegisteredSchema, 'schema'>

/** Two schemas with the same fingerprint are the same schema, whatever the order of their keys and their white space. */
export const fingerprintOf = (schema: JsonObject): string =>
  createHash('sha256').update(canonicalJson(schema)).digest('hex')
