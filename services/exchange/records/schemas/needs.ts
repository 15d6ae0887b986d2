/** Handed to the room by exchange.ts. */
import type pg from 'pg'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Catalogue } from '../../law/catalogue/catalogue.ts'
import type { AccessLog } from '../../log/append/access-log.ts'
import type { Schemas } from './schemas.ts'

export type Publisher = { system: string; version: number; records: number; latest: Date }

/** The registry's word on a dataset's retained records. */
export type HeldRecords = {
  /** Counts to `most` at most. */
  count(db: Queryable, dataset: string, most: number): Promise<number>
  /** Bodies as JSON texts, from both ends of the keys; all where there are not more than `most`. */
  readBodies(db: Queryable, dataset: string, most: number): Promise<string[]>
  /** Who published them, and with which version. */
  readPublishers(db: Queryable, dataset: string): Promise<Publisher[]>
  /** Which of the versions some record names, a replaced one too. */
  versionsInUse(db: Queryable, dataset: string, versions: number[]): Promise<number[]>
}

export type SchemaNeeds = {
  pool: pg.Pool
  accessLog: AccessLog
  catalogue: Catalogue
  schemas: Schemas
  heldRecords: HeldRecords
  now: () => Date
}
