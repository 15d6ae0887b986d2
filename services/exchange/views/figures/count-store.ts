/** Adding to the overview what is new in the access log and in ingest's positions, in the transaction that counts it. */
import type { Transaction } from '../../../postgres/transaction.ts'
import type { FieldCount, FlowCount, ProofLeft } from './overview-counts.ts'

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

/** Datasets that never were are left out. */
export async function addFlows(tx: Transaction, flows: readonly FlowCount[]): Promise<void> {
  if (flows.length === 0) return
  await tx.query(
    `insert into overview_flow (day, dataset, department, matter, permits, refusals, last_at)
     select day, dataset, department, matter, permits, refusals, last_at
     from unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::timestamptz[])
       as counted (day, dataset, department, matter, permits, refusals, last_at)
     where exists (select from dataset where dataset.id = counted.dataset)
     on conflict (day, dataset, department, matter) do update set
       permits = overview_flow.permits + excluded.permits,
       refusals = overview_flow.refusals + excluded.refusals,
       last_at = greatest(overview_flow.last_at, excluded.last_at)`,
    [
      flows.map(flow => flow.day),
      flows.map(flow => flow.dataset),
      flows.map(flow => flow.department),
      flows.map(flow => flow.matter),
      flows.map(flow => flow.permits),
      flows.map(flow => flow.refusals),
      flows.map(flow => flow.lastAt),
    ],
  )
}

export async function addFields(tx: Transaction, fields: readonly FieldCount[]): Promise<void> {
  if (fields.length === 0) return
  await tx.query(
    `insert into overview_field (dataset, department, field, reads, last_at)
     select dataset, department, field, reads, last_at
     from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[])
       as counted (dataset, department, field, reads, last_at)
     where exists (select from dataset where dataset.id = counted.dataset)
     on conflict (dataset, department, field) do update set
       reads = overview_field.reads + excluded.reads,
       last_at = greatest(overview_field.last_at, excluded.last_at)`,
    [
      fields.map(field => field.dataset),
      fields.map(field => field.department),
      fields.map(field => field.field),
      fields.map(field => field.reads),
      fields.map(field => field.lastAt),
    ],
  )
}

/** Counts each proof as its newest pull left it, and takes it back from the day that had it before. Each is named once. */
export async function addProofs(tx: Transaction, proofs: readonly ProofLeft[]): Promise<void> {
  if (proofs.length === 0) return
  await tx.query(
    `with told as (
       select decode(digest, 'hex') as proof, day, matter, met
       from unnest($1::text[], $2::date[], $3::text[], $4::boolean[]) as asked (digest, day, matter, met)
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
    [
      proofs.map(({ digest }) => digest),
      proofs.map(({ day }) => day),
      proofs.map(({ matter }) => matter),
      proofs.map(({ met }) => met),
    ],
  )
}

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
