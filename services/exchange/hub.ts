/** What every room of the exchange is given: the outside world, passed in. Made once in main.ts (or by a test). */
import type pg from 'pg'
import type { Logger } from '../contract/log.ts'
import type { AccessLog } from './access-log/access-log.ts'

export type Hub = {
  pool: pg.Pool
  log: Logger
  accessLog: AccessLog
  now: () => Date
  /** A new ULID: sorts by time, says nothing else. */
  newId: () => string
}
