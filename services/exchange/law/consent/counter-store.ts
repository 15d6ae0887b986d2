import type { Queryable } from '../../../postgres/pool.ts'

type Counted = { system: string; consents: number }

const recordedBy = `artefact -> 'collection' ->> 'recordedBy'`
/** A person of the department is counted under its name: who they are is nothing for a metric. */
const system = `case when starts_with(${recordedBy}, department || '/') then ${recordedBy} else department end`

/** Of consents updated since then, at whatever counter, by who recorded them. */
export async function countCounterConsents(db: Queryable, since: Date): Promise<Counted[]> {
  const { rows } = await db.query<Counted>(
    `select ${system} as system, count(*)::int as consents
     from consent where ${recordedBy} is not null and updated_at > $1
       and exists (select from jsonb_array_elements(history) as one
                   where one ->> 'step' in ('give', 'approve') and (one ->> 'at')::timestamptz > $1)
     group by 1`,
    [since],
  )
  return rows
}

/** Objected to since then, by who had recorded them. */
export async function countObjections(db: Queryable, since: Date): Promise<Counted[]> {
  const { rows } = await db.query<Counted>(
    `select ${system} as system, count(*)::int as consents
     from consent where ${recordedBy} is not null and updated_at > $1 and history @> '[{"step":"object"}]'
     group by 1`,
    [since],
  )
  return rows
}
