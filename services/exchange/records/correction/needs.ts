/** Handed to the room by exchange.ts. */

import type { Catalogue } from '../../law/catalogue/catalogue.ts'
import type { AccessLog } from '../../log/append/access-log.ts'

export type CorrectionNeeds = {
  accessLog: AccessLog
  catalogue: Catalogue
  now: () => Date
  /** A new ULID: sorts by time, says nothing else. */
  newId: () => string
}
