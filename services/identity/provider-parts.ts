import type { Queryable } from '../postgres/pool.ts'
import type { IssuerKeys } from './keys.ts'
import type { Person } from './people.ts'
import type { IdentitySettings } from './settings.ts'

/** Handed to everything that configures the provider. */
export type ProviderParts = {
  settings: IdentitySettings
  database: Queryable
  keys: IssuerKeys
  /** Who may sign in here; empty but for the local stack. */
  people: readonly Person[]
  now: () => Date
}
