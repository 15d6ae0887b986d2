import type { Migrations } from '../postgres/migrate.ts'

/** Every name is the exchange's but those that carry identity's, which has a folder of its own (`0007_identity.sql`). */
export const exchangeMigrations: Migrations = {
  folder: new URL('./migrations/', import.meta.url),
  owns: name => !/^\d+_identity/.test(name),
}
