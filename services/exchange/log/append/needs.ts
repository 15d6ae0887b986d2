/** Handed to the room by exchange.ts. */
import type pg from 'pg'
import type { CodeExceptions } from '../../../contract/code-exceptions.ts'
import type { Logger } from '../../../contract/log.ts'
import type { AccessLog } from './access-log.ts'

export type LogNeeds = {
  pool: pg.Pool
  log: Logger
  accessLog: AccessLog
  /** Credit codes that stewards have named, though their check fails. */
  catalogue: { exceptions: CodeExceptions }
  now: () => Date
}
