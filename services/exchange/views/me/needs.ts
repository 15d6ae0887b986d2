/** Handed to the room by exchange.ts. */
import type { AccessLog } from '../../log/append/access-log.ts'

export type MeNeeds = {
  accessLog: AccessLog
}
