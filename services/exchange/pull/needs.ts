/** Handed to the room by exchange.ts. */
import type pg from 'pg'
import type { Catalogue } from '../law/catalogue/catalogue.ts'
import type { AccessLog } from '../log/append/access-log.ts'
import type { Metrics } from '../platform/metrics.ts'

export type PullNeeds = {
  pool: pg.Pool
  accessLog: AccessLog
  catalogue: Catalogue
  metrics: Metrics
  now: () => Date
  random: (bytes: number) => Buffer
  /** The time that decides, from PostgreSQL's clock as a transaction read it; that very time, but for tests with a time of their own. */
  decidesAt?: (database: Date) => Date
}
