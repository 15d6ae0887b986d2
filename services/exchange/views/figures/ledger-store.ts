/** Rows of the ledger, counted from the log's own text. */
import type { Queryable } from '../../../postgres/pool.ts'
import type { LedgerFilter, ProofCount, PullCount } from './ledger.ts'
import { proofsAsked } from './proof-store.ts'

const wanted = `at >= $1 and at < $2 and index < $3
  and ($4::text is null or matter = $4) and ($5::text is null or department = $5)`

/** The days are those of the city. */
const pulls = `
select (at at time zone 'Asia/Shanghai')::date as day, department, matter, entry::json -> 'content' as content
from access_log_entry
where kind = 'pull' and matter is not null and ${wanted}`

const pullCounts = `
with timed as (
  select day, department, matter, content ->> 'district' as district, (content ->> 'milliseconds')::bigint as milliseconds
  from (${pulls}) as pull where content -> 'requirements' is not null
)
select day, department, matter, district, count(*) as pulls,
  percentile_disc(0.5) within group (order by milliseconds) as median,
  percentile_disc(0.95) within group (order by milliseconds) as p95
from timed group by day, department, matter, district`

const proofCounts = `
with last as (
  select distinct on (proof) day, department, matter, district, requirement
  from (${proofsAsked(wanted)}) as asked
  order by proof, index desc
), told as (
  select day, department, matter, district, requirement ->> 'id' as requirement, requirement ->> 'outcome' as outcome,
    requirement ->> 'reason' as reason, requirement ->> 'code' as code, (requirement -> 'datasets')::jsonb as datasets
  from last where requirement ->> 'outcome' <> 'not-needed'
)
select day, department, matter, district, requirement, outcome, reason, code, datasets, count(*) as count
from told group by day, department, matter, district, requirement, outcome, reason, code, datasets`

export async function countPulls(db: Queryable, filter: LedgerFilter): Promise<PullCount[]> {
  return (await db.query<PullCount>(pullCounts, valuesOf(filter))).rows
}

export async function countProofs(db: Queryable, filter: LedgerFilter): Promise<ProofCount[]> {
  return (await db.query<ProofCount>(proofCounts, valuesOf(filter))).rows
}

const valuesOf = ({ start, end, size, matter, department }: LedgerFilter) => [
  start,
  end,
  size,
  matter ?? null,
  department ?? null,
]
