/** How long the first start on a log of an earlier version takes, a row for each entry: until all is packed. */
import { createHash } from 'node:crypto'
import type pg from 'pg'
import { packFormerLog } from '../../services/exchange/log/append/pack-former-log.ts'
import { entryOf, subjectsOf } from './large-log.ts'

const chunk = 10_000

const tables = `
create table access_log_unpacked (
  index bigint primary key, at timestamptz not null, kind text not null, entry text not null, leaf_hash bytea not null
);
create function drop_unpacked_access_log() returns void language sql as 'drop table access_log_unpacked'`

const insert = `
insert into access_log_unpacked
select index, timestamptz '2026-01-01' + index * interval '100 milliseconds', 'pull', entry, leaf
from unnest($1::bigint[], $2::text[], $3::bytea[]) as former (index, entry, leaf)`

/** Seconds that so many former entries take, on an empty log. */
export async function measurePacking(pool: pg.Pool, entries: number): Promise<number> {
  await pool.query(tables)
  for (let from = 0; from < entries; from += chunk) {
    const indexes = Array.from({ length: Math.min(chunk, entries - from) }, (_, n) => from + n)
    const texts = indexes.map(index => entryOf(index, subjectsOf(entries)))
    const leaves = texts.map(text => createHash('sha256').update(`\0${text}`).digest())
    await pool.query(insert, [indexes, texts, leaves])
  }
  await pool.query('checkpoint')
  const start = performance.now()
  await packFormerLog({ pool, log: { info: () => {} }, now: () => new Date() })
  const seconds = (performance.now() - start) / 1000
  await pool.query('truncate access_log_batch')
  return seconds
}
