/** Handed to the room by exchange.ts. */
import type pg from 'pg'
import type { Logger } from '../../../contract/log.ts'
import type { Catalogue } from '../../law/catalogue/catalogue.ts'

export type NameCheckNeeds = {
  pool: pg.Pool
  log: Logger
  catalogue: Catalogue
}
