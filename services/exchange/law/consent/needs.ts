/** Handed to the room by exchange.ts. */
import type pg from 'pg'
import type { AccessLog } from '../../log/append/access-log.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'

export type ConsentNeeds = {
  pool: pg.Pool
  accessLog: AccessLog
  catalogue: Catalogue
  now: () => Date
  /** A new ULID: sorts by time, says nothing else. */
  newId: () => string
}
