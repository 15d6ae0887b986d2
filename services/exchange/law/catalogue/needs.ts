/** Handed to the room by exchange.ts. */
import type pg from 'pg'
import type { Logger } from '../../../contract/log.ts'
import type { AccessLog } from '../../log/append/access-log.ts'
import type { Broker } from '../../platform/broker.ts'
import type { Catalogue } from './catalogue.ts'

export type CatalogueNeeds = {
  pool: pg.Pool
  log: Logger
  accessLog: AccessLog
  catalogue: Catalogue
  broker: Broker
  now: () => Date
  /** A new ULID: sorts by time, says nothing else. */
  newId: () => string
}
