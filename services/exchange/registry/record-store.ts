import type { Queryable } from '../database/pool.ts'
import type { Transaction } from '../database/transaction.ts'
import { type Placement, placeVersions, type RecordVersion, type Standing } from './version.ts'

/**
 * Stores a batch of versions of one dataset: a constant number of statements, whatever its size. Returns those whose
 * sequence was already used for another event; the caller sets them aside.
 */
export async function storeVersions(
  tx: Transaction,
  dataset: string,
  batch: RecordVersion[],
): Promise<Placement<RecordVersion>> {
  const keys = [...new Set(batch.map(version => version.key))].sort()
  const standing = await lockStanding(tx, dataset, keys)
  const placement = placeVersions(batch, standing, standing.length > 0 ? await readPast(tx, dataset, batch) : [])
  await keepSuperseded(tx, dataset, placement.superseded)
  await insertOlder(tx, dataset, placement.older)
  await upsertNewest(tx, dataset, placement)
  await replaceSubjects(tx, dataset, placement)
  return placement
}

async function lockStanding(tx: Transaction, dataset: string, keys: string[]): Promise<Standing[]> {
  const { rows } = await tx.query<Standing>({
    name: 'record-lock',
    text: `select key, sequence, event_id as "eventId" from record
           where dataset = $1 and key = any($2) order by key for update`,
    values: [dataset, keys],
  })
  return rows
}

async function readPast(tx: Transaction, dataset: string, batch: RecordVersion[]): Promise<Standing[]> {
  const { rows } = await tx.query<Standing>({
    name: 'record-past',
    text: `select h.key, h.sequence, h.event_id as "eventId"
           from unnest($2::text[], $3::bigint[]) as asked (key, sequence)
           join record_history h on h.dataset = $1 and h.key = asked.key and h.sequence = asked.sequence`,
    values: [dataset, batch.map(version => version.key), batch.map(version => version.sequence)],
  })
  return rows
}

async function keepSuperseded(tx: Transaction, dataset: string, keys: string[]): Promise<void> {
  if (keys.length === 0) return
  await tx.query({
    name: 'record-supersede',
    text: `insert into record_history
             (dataset, key, sequence, status, schema_version, event_id, system, event_time, stored_at, body)
           select dataset, key, sequence, status, schema_version, event_id, system, event_time, stored_at, body
           from record where dataset = $1 and key = any($2)
           on conflict do nothing`,
    values: [dataset, keys],
  })
}

const columnsOf = (versions: RecordVersion[]) => [
  versions.map(version => version.key),
  versions.map(version => version.sequence),
  versions.map(version => version.status),
  versions.map(version => version.schemaVersion),
  versions.map(version => version.eventId),
  versions.map(version => version.system),
  versions.map(version => version.eventTime),
  versions.map(version => version.body),
]

async function insertOlder(tx: Transaction, dataset: string, versions: RecordVersion[]): Promise<void> {
  if (versions.length === 0) return
  await tx.query({
    name: 'record-older',
    text: `insert into record_history
             (dataset, key, sequence, status, schema_version, event_id, system, event_time, stored_at, body)
           select $1, key, sequence, status, schema_version, event_id, system, event_time, now(), body
           from unnest($2::text[], $3::bigint[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::timestamptz[],
             $9::json[]) as t (key, sequence, status, schema_version, event_id, system, event_time, body)
           on conflict do nothing`,
    values: [dataset, ...columnsOf(versions)],
  })
}

/**
 * A key that was not there when the standing versions were locked may be by now: another transaction was faster (a replay;
 * a partition that was added). Then nothing is overwritten unseen, and the whole is to be tried again.
 */
async function upsertNewest(
  tx: Transaction,
  dataset: string,
  { newest: versions, superseded }: Placement<RecordVersion>,
): Promise<void> {
  if (versions.length === 0) return
  const { rowCount } = await tx.query({
    name: 'record-upsert',
    text: `insert into record (dataset, key, sequence, status, schema_version, event_id, system, event_time, body,
             valid_from, valid_until)
           select $1, * from unnest($2::text[], $3::bigint[], $4::text[], $5::integer[], $6::text[], $7::text[],
             $8::timestamptz[], $9::json[], $10::date[], $11::date[])
           on conflict (dataset, key) do update set
             sequence = excluded.sequence, status = excluded.status, schema_version = excluded.schema_version,
             event_id = excluded.event_id, system = excluded.system, event_time = excluded.event_time,
             body = excluded.body, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
             stored_at = now()
           where record.sequence < excluded.sequence and record.key = any($12)`,
    values: [
      dataset,
      ...columnsOf(versions),
      versions.map(version => version.validFrom ?? null),
      versions.map(version => version.validUntil ?? null),
      superseded,
    ],
  })
  if (rowCount !== versions.length) throw Object.assign(new Error('another transaction was faster'), { code: '40001' })
}

async function replaceSubjects(tx: Transaction, dataset: string, { newest, superseded }: Placement<RecordVersion>) {
  if (superseded.length > 0) {
    const text = 'delete from record_subject where dataset = $1 and key = any($2)'
    await tx.query({ name: 'record-unsubject', text, values: [dataset, superseded] })
  }
  const rows = newest.flatMap(version => version.subjects.map(subject => ({ ...subject, key: version.key })))
  if (rows.length === 0) return
  await tx.query({
    name: 'record-subject',
    text: `insert into record_subject (dataset, subject_type, subject_id, key)
           select $1, * from unnest($2::text[], $3::text[], $4::text[]) on conflict do nothing`,
    values: [dataset, rows.map(row => row.type), rows.map(row => row.id), rows.map(row => row.key)],
  })
}

export async function countRecords(db: Queryable, dataset: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>('select count(*) as count from record where dataset = $1', [
    dataset,
  ])
  return rows[0]!.count
}
