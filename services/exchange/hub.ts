/** What every room of the exchange is given: the outside world, passed in. Made once in main.ts (or by a test). */
import type pg from 'pg'
import type { Logger } from '../contract/log.ts'
import type { AccessLog } from './log/append/access-log.ts'
import type { Broker } from './platform/broker.ts'
import type { Catalogue } from './law/catalogue/catalogue.ts'
import type { Metrics } from './platform/metrics.ts'
import type { Schemas } from './records/schemas/schemas.ts'

export type Hub = {
  pool: pg.Pool
  log: Logger
  accessLog: AccessLog
  catalogue: Catalogue
  broker: Broker
  schemas: Schemas
  metrics: Metrics
  now: () => Date
  /** The time that decides, from PostgreSQL's clock as a transaction read it: that very time, but for tests with a time of their own. */
  decidesAt?: (database: Date) => Date
  /** A new ULID: sorts by time, says nothing else. */
  newId: () => string
}
