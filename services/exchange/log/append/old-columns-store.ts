/** The columns that searches still read; they go with the last of them. */
import type pg from 'pg'
import type { Batch } from './head.ts'
import { datasetsInLine, lines, searchColumns, subjectColumns } from './search-columns.ts'

const hashBytes = 32

const text = `
with entry as (
  insert into access_log_entry (index, at, kind, entry, leaf_hash, caller, department, official, case_number, matter,
    datasets, decision, code, confidential_until, reference)
  select $1 + n - 1, $2, kind, entry, substring($3::bytea from (n::int - 1) * ${hashBytes} + 1 for ${hashBytes}), caller,
    department, official, case_number, matter, ${datasetsInLine}, decision, code,
    confidential_until::date, reference
  from rows from (${Array.from({ length: 12 }, (_, n) => lines(n + 4)).join(', ')})
    with ordinality as draft (entry, kind, caller, department, official, case_number, matter, datasets, decision, code,
      confidential_until, reference, n)
  on conflict do nothing
)
insert into access_log_subject (subject_type, subject_id, index)
select subject_type, subject_id, $1 + place::int
from rows from (${lines(16)}, ${lines(17)}, ${lines(18)}) as about (subject_type, subject_id, place)
on conflict do nothing`

export function oldColumnsStatement(batch: Batch): pg.QueryConfig {
  const { growth, at, entries, leaves } = batch
  const drafts = batch.prepared.map(({ draft }) => draft)
  const values = [growth.from, at, Buffer.concat(leaves), entries.join('\n')]
  return { name: 'old-columns', text, values: [...values, ...searchColumns(drafts), ...subjectColumns(drafts)] }
}
