import type { Stand } from './stand.ts'
import { asSuperuserOf } from './superuser.ts'

/** Tables and indexes that a pull about anybody may touch; the log is only written at its end. */
const pulled = ['record', 'record_pkey', 'record_subject_pkey', 'consent', 'consent_subject']

/** Pages that were used once are given up before those that the filling used often. */
const times = 3

/** Reads all that pulls touch into PostgreSQL's memory, as days of pulls would have done. */
export async function warm(stand: Stand): Promise<void> {
  await asSuperuserOf(stand, async client => {
    await client.query('create extension if not exists pg_prewarm')
    for (let time = 0; time < times; time++) {
      for (const relation of pulled) await client.query(`select pg_prewarm($1::text::regclass, 'buffer')`, [relation])
    }
  })
}
