/** Handed to the room by exchange.ts. */
import type pg from 'pg'
import type { Metrics } from '../../platform/metrics.ts'

export type OperationNeeds = {
  pool: pg.Pool
  metrics: Metrics
}
