import type { Validate } from '../../../json-schema/validation.ts'
import type { Checker } from './checking/checker.ts'
import type { InTurn } from './checking/in-turn.ts'

/** One registered schema version as ingest needs it. `refusedFrom` is when publishing with it ended, if it did. */
export type SchemaVersion = { validate: Validate; refusedFrom?: Date }

/** A version of a dataset's schema, as the registry knows it. */
export type NamedVersion = { dataset: string; version: number }

export type SchemaSource = {
  /** The version's validator, compiled and cached; undefined where it is not registered. */
  validatorFor(dataset: string, version: number): Promise<SchemaVersion | undefined>
  /** The version that a global id of the Confluent API stands for. */
  byGlobalId(id: number): Promise<NamedVersion | undefined>
  /** The version that a GUID of the Confluent API stands for. */
  byGuid(guid: string): Promise<NamedVersion | undefined>
}

/** The registry's schemas as other rooms ask for them. */
export type Schemas = SchemaSource & {
  check: Checker['check']
  /**
   * One registration at a time in this process: each holds a connection while its schema is checked, and the thread checks
   * one after the other anyway.
   */
  inTurn: InTurn
  /** For whoever has just changed a version: this process reads it anew at once, others when they are told. */
  forget(): Promise<void>
  /** Rejects while changes may go unheard. */
  verify(): Promise<void>
  close(): Promise<void>
}
