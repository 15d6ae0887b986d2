/** Handed to the room by exchange.ts. */
import type pg from 'pg'
import type { Catalogue } from '../../law/catalogue/catalogue.ts'
import type { AccessLog } from '../../log/append/access-log.ts'
import type { Schemas } from './schemas.ts'

export type SchemaNeeds = {
  pool: pg.Pool
  accessLog: AccessLog
  catalogue: Catalogue
  schemas: Schemas
  now: () => Date
}
