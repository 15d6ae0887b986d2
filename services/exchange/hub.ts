/** What every room of the exchange is given: the outside world, passed in. Made once in main.ts (or by a test). */
import type pg from 'pg'
import type { Logger } from '../contract/log.ts'
import type { AccessLog } from './access-log/access-log.ts'
import type { Broker } from './broker.ts'
import type { Catalogue } from './catalogue/catalogue.ts'
import type { Metrics } from './metrics.ts'
import type { Schemas } from './schema-registry/schemas.ts'

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
