import type { Migrations } from '../postgres/migrate.ts'

/** A name says whose it is, as both services note theirs in one table: `0007_identity.sql`, `0008_identity_<what>.sql`. */
export const identityMigrations: Migrations = {
  folder: new URL('./migrations/', import.meta.url),
  owns: name => /^\d+_identity/.test(name),
}
