/** PostgreSQL's time by statement, from its own extension `pg_stat_statements`. */
import type { Stand } from '../stand/stand.ts'
import { asSuperuserOf } from '../stand/superuser.ts'

/** Of a stand whose statements are counted. */
export const counting = { shared_preload_libraries: 'pg_stat_statements' }

const names: [name: string, text: RegExp][] = [
  ['positions and counts', /ingest_offset|publication/],
  ['log: moves the head, adds the batch', /insert into access_log_batch/],
  ['log: locks the head', /from access_log_head/],
  ['log: the head and the rest', /access_log/],
  ['records', /\brecord/],
  ['consents', /\bconsent\b/],
  ['agreements', /\bagreement\b/],
]

/** Milliseconds by statement while `work` ran, waiting for locks included, the longest first. What a commit writes is not in them. */
export async function timeByStatement<T>(
  stand: Stand,
  work: () => Promise<T>,
): Promise<{ outcome: T; times: [statement: string, milliseconds: number][] }> {
  await asSuperuserOf(stand, async client => {
    await client.query('create extension if not exists pg_stat_statements')
    await client.query('select pg_stat_statements_reset()')
  })
  const outcome = await work()
  const read = await asSuperuserOf(stand, client =>
    client.query<{ query: string; time: number }>(
      `select query, total_exec_time as time from pg_stat_statements
         where dbid = (select oid from pg_database where datname = current_database())`,
    ),
  )
  const times = Map.groupBy(read.rows, ({ query }) => names.find(([, text]) => text.test(query))?.[0] ?? 'others')
  const sums = [...times].map(([name, all]): [string, number] => [name, all.reduce((sum, { time }) => sum + time, 0)])
  return { outcome, times: sums.toSorted(([, one], [, other]) => other - one) }
}
