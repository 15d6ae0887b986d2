import type { Transaction } from '../../../postgres/transaction.ts'
import { readAbout } from './about.ts'
import { type FoundRecord, mostRecords, type RecordsAsked } from './found-record.ts'

type Row = Omit<FoundRecord, 'about'> & { n: number; about: string }

/**
 * The records of each asked dataset about each asked subject, in one statement for all of them; the answer has one list
 * per ask, by key from the last on, of at most `limit` + 1 (the one more tells that there are more).
 */
export async function readRecords(tx: Transaction, asks: readonly RecordsAsked[]): Promise<FoundRecord[][]> {
  const found: FoundRecord[][] = asks.map(() => [])
  if (asks.length === 0) return found
  const { rows } = await tx.query<Row>({
    name: 'subject-records',
    text: `select asked.n, r.key, r.sequence, r.status, r.schema_version as "schemaVersion", r.valid_from as "validFrom",
             r.valid_until as "validUntil", r.body, r.about
           from unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[])
             as asked (n, subject_type, subject_id, dataset, after, most)
           cross join lateral (
             select s.dataset, s.key from record_subject s
             where s.subject_id = asked.subject_id and s.subject_type = asked.subject_type and s.dataset = asked.dataset
               and (asked.after is null or s.key < asked.after)
             order by s.key desc limit asked.most + 1
           ) s
           join record r on r.dataset = s.dataset and r.key = s.key
           order by asked.n, s.key desc`,
    values: [
      asks.map((_, n) => n),
      asks.map(ask => ask.subject.type),
      asks.map(ask => ask.subject.id),
      asks.map(ask => ask.dataset),
      asks.map(ask => ask.after ?? null),
      asks.map(ask => ask.limit ?? mostRecords),
    ],
  })
  for (const { n, about, ...record } of rows) found[n]!.push({ ...record, about: readAbout(about) })
  return found
}

/** Of these datasets, those that hold no record at all. */
export async function readSilent(tx: Transaction, datasets: string[]): Promise<string[]> {
  const { rows } = await tx.query<{ dataset: string }>({
    name: 'silent-datasets',
    text: `select dataset from unnest($1::text[]) as asked (dataset)
           where not exists (select from record r where r.dataset = asked.dataset)`,
    values: [datasets],
  })
  return rows.map(row => row.dataset)
}
