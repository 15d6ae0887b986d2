/** Handed to the room by exchange.ts. */

import type { Catalogue } from '../../law/catalogue/catalogue.ts'
import type { AccessLog } from '../../log/append/access-log.ts'

export type RepeatCollectionNeeds = {
  accessLog: AccessLog
  catalogue: Catalogue
}
