/** Handed to the room by exchange.ts. */
import type pg from 'pg'
import type { Logger } from '../../../contract/log.ts'
import type { Catalogue } from '../../law/catalogue/catalogue.ts'
import type { AccessLog } from '../../log/append/access-log.ts'
import type { Metrics } from '../../platform/metrics.ts'

export type FiguresNeeds = {
  pool: pg.Pool
  log: Logger
  accessLog: AccessLog
  catalogue: Catalogue
  metrics: Metrics
  now: () => Date
}
