/** Counting what is new in the access log and in ingest's positions. Each step is one statement of the counting transaction. */
import type { Transaction } from '../../../postgres/transaction.ts'
import { proofsAsked, wasMet } from './proof-store.ts'

/** The first entries not yet counted: for the flows, and for the proofs. */
export type Position = { flow: number; proof: number }

/** Undefined while another process counts. */
export async function lockPosition(tx: Transaction): Promise<Position | undefined> {
  const { rows } = await tx.query<Position>(
    'select next_index as flow, next_proof as proof from overview_position for update skip locked',
  )
  return rows[0]
}

export const movePosition = (tx: Transaction, { flow, proof }: Position) =>
  tx.query('update overview_position set next_index = $1, next_proof = $2', [flow, proof])

/** json rather than jsonb, which cannot hold every text that a log entry can. Datasets that never were are left out. */
const results = `
  from access_log_entry logged
  cross join json_array_elements(logged.entry::json #> '{content,results}') result
  join dataset on dataset.id = result ->> 'dataset'
  where logged.index >= $1 and logged.index < $2 and logged.kind = 'pull'`

export const countFlows = (tx: Transaction, from: number, until: number) =>
  tx.query(
    `insert into overview_flow (day, dataset, department, matter, permits, refusals, last_at)
     select (logged.at at time zone 'Asia/Shanghai')::date, dataset.id, coalesce(logged.department, ''),
       coalesce(logged.matter, ''),
       count(*) filter (where result ->> 'decision' = 'permit'),
       count(*) filter (where result ->> 'decision' <> 'permit'),
       max(logged.at)
     ${results}
     group by 1, 2, 3, 4
     on conflict (day, dataset, department, matter) do update set
       permits = overview_flow.permits + excluded.permits,
       refusals = overview_flow.refusals + excluded.refusals,
       last_at = greatest(overview_flow.last_at, excluded.last_at)`,
    [from, until],
  )

export const countFields = (tx: Transaction, from: number, until: number) =>
  tx.query(
    `insert into overview_field (dataset, department, field, reads, last_at)
     select released.dataset, released.department, field.pointer, count(*), max(released.at)
     from (
       select dataset.id as dataset, coalesce(logged.department, '') as department, logged.at,
         coalesce(result -> 'fields', result -> 'claims', '[]'::json) as pointers
       ${results} and result ->> 'decision' = 'permit' and json_array_length(result -> 'records') > 0
     ) released
     cross join json_array_elements_text(released.pointers) field (pointer)
     group by 1, 2, 3
     on conflict (dataset, department, field) do update set
       reads = overview_field.reads + excluded.reads,
       last_at = greatest(overview_field.last_at, excluded.last_at)`,
    [from, until],
  )

/** Counts each proof as its newest pull left it, and takes it back from the day that had it before. */
export const countProofs = (tx: Transaction, from: number, until: number) =>
  tx.query(
    `with told as (
       select distinct on (asked.proof) sha256(convert_to(asked.proof, 'UTF8')) as proof, day, matter, ${wasMet} as met
       from (${proofsAsked('index >= $1 and index < $2')}) as asked
       order by asked.proof, index desc
     ), before as (
       select known.day, told.matter from overview_proof as known join told using (proof) where known.met
     ), kept as (
       insert into overview_proof (proof, day, met) select proof, day, met from told
       on conflict (proof) do update set day = excluded.day, met = excluded.met
     ), change as (
       select day, matter, count(*) as papers from told where met group by day, matter
       union all
       select day, matter, -count(*) from before group by day, matter
     )
     insert into overview_paper (day, matter, papers)
     select day, matter, sum(papers) from change group by day, matter
     on conflict (day, matter) do update set papers = overview_paper.papers + excluded.papers`,
    [from, until],
  )

/** Adds to `day` what ingest has taken in since the last count. */
export const countIntake = (tx: Transaction, day: string) =>
  tx.query(
    `with taken as (
       select ingested.topic, ingested.partition, ingested.next_offset,
         ingested.next_offset - coalesce(counted.next_offset, 0) as messages
       from ingest_offset ingested
       left join overview_partition counted using (topic, partition)
       where ingested.next_offset > coalesce(counted.next_offset, 0)
     ), moved as (
       insert into overview_partition (topic, partition, next_offset)
       select topic, partition, next_offset from taken
       on conflict (topic, partition) do update set next_offset = excluded.next_offset
     )
     insert into overview_intake (dataset, day, messages)
     select dataset.id, $1::date, sum(taken.messages)
     from taken join dataset on taken.topic = 'datarun.' || dataset.id
     group by dataset.id
     on conflict (dataset, day) do update set messages = overview_intake.messages + excluded.messages`,
    [day],
  )
