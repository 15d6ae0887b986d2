/** The log that the tree is measured against: the same entries in the same columns with the same indexes, and no tree. */
import type pg from 'pg'
import { isFailure } from '../../services/contract/failure.ts'
import type { AccessLog, Draft } from '../../services/exchange/log/append/access-log.ts'
import { prepareEntry, sealEntry } from '../../services/exchange/log/append/entry.ts'
import {
  datasetsInLine,
  lines,
  searchColumns,
  subjectColumns,
} from '../../services/exchange/log/append/search-columns.ts'
import type { Queryable } from '../../services/postgres/pool.ts'
import { inTransaction, type Transaction } from '../../services/postgres/transaction.ts'

export async function createPlainTables(owner: Queryable): Promise<void> {
  await owner.query(`
    create table bench_entry (like access_log_entry including indexes);
    alter table bench_entry drop constraint if exists bench_entry_leaf_hash_check;
    alter table bench_entry alter leaf_hash drop not null;
    alter table bench_entry alter index add generated always as identity;
    create table bench_subject (like access_log_subject including indexes);
    grant select, insert on bench_entry, bench_subject to datarun_services`)
}

const insert = `
with added as (
  insert into bench_entry (at, kind, entry, caller, department, official, case_number, matter, datasets, decision, code,
    reference)
  select $1, kind, entry, caller, department, official, case_number, matter, ${datasetsInLine}, decision, code, reference
  from rows from (${Array.from({ length: 12 }, (_, n) => lines(n + 2)).join(', ')})
    as draft (entry, kind, caller, department, official, case_number, matter, datasets, decision, code, confidential_until,
      reference)
  returning index
), about as (
  insert into bench_subject (subject_type, subject_id, index)
  select subject_type, subject_id, (select min(index) from added) + place::int
  from rows from (${lines(14)}, ${lines(15)}, ${lines(16)}) as about (subject_type, subject_id, place)
)
select min(index) as first from added`

export function createPlainLog(pool: pg.Pool, random: (bytes: number) => Buffer): AccessLog {
  const append = async (tx: Transaction, drafts: readonly Draft[]) => {
    if (drafts.length === 0) return []
    const at = new Date()
    const salts = random(16 * drafts.length)
    const entries = drafts.map((draft, i) => sealEntry(prepareEntry(draft), i, at, salts.subarray(i * 16, i * 16 + 16)))
    const values = [at, entries.join('\n'), ...searchColumns(drafts), ...subjectColumns(drafts)]
    const { rows } = await tx.query<{ first: number }>({ name: 'plain-append', text: insert, values })
    return drafts.map((_, i) => ({ index: rows[0]!.first + i, receipt: () => '' }))
  }
  return {
    origin: '',
    keys: [],
    checkpoint: async () => '',
    verifyHead: async () => {},
    verifyClock: async () => {},
    lost: async () => undefined,
    async commitWith(work, { first } = {}) {
      const drafts: Draft[] = []
      const done = await inTransaction(
        pool,
        async (tx, read) => {
          const outcome = await work(tx, draft => drafts.push(draft), read)
          return isFailure(outcome) ? outcome : { outcome, appended: await append(tx, drafts) }
        },
        first ? { first } : {},
      )
      return isFailure(done) ? { outcome: done, appended: [] } : done
    },
  }
}
