import type { Queryable } from '../../../postgres/pool.ts'

export type FlowRow = { source: string; department: string; permits: number; refusals: number }

/** Who gave whom how much on a day. */
export async function readFlows(db: Queryable, day: string): Promise<FlowRow[]> {
  const { rows } = await db.query<FlowRow>(
    `select dataset.department as source, flow.department, sum(flow.permits)::bigint as permits,
       sum(flow.refusals)::bigint as refusals
     from overview_flow flow join dataset on dataset.id = flow.dataset
     where flow.day = $1 and flow.department <> ''
     group by 1, 2 order by 1, 2`,
    [day],
  )
  return rows
}

export type PapersRow = { matter: string; today: number; total: number }

/** Papers that nobody carried, by matter; the rule stands in proof.ts. */
export async function readPapers(db: Queryable, day: string): Promise<PapersRow[]> {
  const { rows } = await db.query<PapersRow>(
    `select matter, coalesce(sum(papers) filter (where day = $1), 0)::bigint as today, sum(papers)::bigint as total
     from overview_paper group by matter having sum(papers) > 0 order by total desc, matter`,
    [day],
  )
  return rows
}

export type FreshnessRow = { dataset: string; taken: number; movedAt: Date | null }

/** Messages taken in of each dataset's topic, and when the last of them was. */
export async function readFreshness(db: Queryable): Promise<FreshnessRow[]> {
  const { rows } = await db.query<FreshnessRow>(
    `select dataset.id as dataset, coalesce(sum(ingested.next_offset), 0)::bigint as taken,
       max(ingested.moved_at) filter (where ingested.next_offset > 0) as "movedAt"
     from dataset left join ingest_offset ingested on ingested.topic = 'datarun.' || dataset.id
     group by dataset.id order by dataset.id`,
  )
  return rows
}

export type DayRow = { day: string; messages: number; permits: number; refusals: number }

/** A dataset's days since `from`, oldest first: messages taken in, and results of pulls. */
export async function readDays(db: Queryable, dataset: string, from: string): Promise<DayRow[]> {
  const { rows } = await db.query<DayRow>(
    `select day, sum(messages)::bigint as messages, sum(permits)::bigint as permits, sum(refusals)::bigint as refusals
     from (
       select day, messages, 0 as permits, 0 as refusals from overview_intake where dataset = $1 and day >= $2
       union all
       select day, 0, permits, refusals from overview_flow where dataset = $1 and day >= $2
     ) days
     group by day order by day`,
    [dataset, from],
  )
  return rows
}

export type ConsumerRow = { department: string; permits: number; refusals: number; lastAt: Date }

export async function readConsumers(db: Queryable, dataset: string): Promise<ConsumerRow[]> {
  const { rows } = await db.query<ConsumerRow>(
    `select department, sum(permits)::bigint as permits, sum(refusals)::bigint as refusals, max(last_at) as "lastAt"
     from overview_flow where dataset = $1 and department <> ''
     group by department order by permits desc, department`,
    [dataset],
  )
  return rows
}

export type FieldRow = { department: string; field: string; reads: number }

export async function readFields(db: Queryable, dataset: string): Promise<FieldRow[]> {
  const { rows } = await db.query<FieldRow>(
    'select department, field, reads from overview_field where dataset = $1 order by department, reads desc, field',
    [dataset],
  )
  return rows
}
