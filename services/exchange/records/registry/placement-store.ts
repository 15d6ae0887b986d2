/** The statements that carry out a placement: each a constant number for a batch of any size, to be run in this order. */
import type pg from 'pg'
import { aboutText } from './about.ts'
import type { Placement, RecordVersion } from './version.ts'

export function placementStatements(dataset: string, placement: Placement<RecordVersion>): pg.QueryConfig[] {
  const { superseded, older, newest } = placement
  const standing = new Set(superseded)
  const [later, first] = [true, false].map(stands => newest.filter(({ key }) => standing.has(key) === stands))
  return [
    ...(superseded.length > 0 ? [keepSuperseded(dataset, superseded), dropSubjects(dataset, superseded)] : []),
    ...(older.length > 0 ? [insertOlder(dataset, older)] : []),
    ...(later!.length > 0 ? [updateStanding(dataset, later!)] : []),
    ...(first!.length > 0 ? [insertFirst(dataset, first!)] : []),
    ...(newest.length > 0 ? [insertSubjects(dataset, newest)] : []),
  ]
}

const keepSuperseded = (dataset: string, keys: string[]): pg.QueryConfig => ({
  name: 'record-supersede',
  text: `insert into record_history
           (dataset, key, sequence, status, schema_version, event_id, system, event_time, stored_at, body)
         select dataset, key, sequence, status, schema_version, event_id, system, event_time, stored_at, body
         from record where dataset = $1 and key = any($2)
         on conflict do nothing`,
  values: [dataset, keys],
})

/** Deletes by record.about: record_subject has no index by key. */
const dropSubjects = (dataset: string, keys: string[]): pg.QueryConfig => ({
  name: 'record-unsubject',
  text: `delete from record_subject s using record r cross join lateral string_to_table(r.about, ',') as subject
         where r.dataset = $1 and r.key = any($2) and s.dataset = r.dataset and s.key = r.key
           and s.subject_id = split_part(subject, ' ', 2) and s.subject_type = split_part(subject, ' ', 1)`,
  values: [dataset, keys],
})

/**
 * A column of a batch is one text, a value to a line: PostgreSQL takes it apart, and we write it, for less than an array in
 * which each value is quoted. No value can hold a line break: keys and ids are printable, and JSON escapes it.
 */
function lines(values: readonly (string | number)[]): string {
  for (const value of values) {
    if (typeof value === 'string' && value.includes('\n')) throw new Error('a value of a record holds a line break')
  }
  return values.join('\n')
}

const columnsOf = (versions: readonly RecordVersion[]) => [
  lines(versions.map(version => version.key)),
  lines(versions.map(version => version.sequence)),
  lines(versions.map(version => version.status)),
  lines(versions.map(version => version.schemaVersion)),
  lines(versions.map(version => version.eventId)),
  lines(versions.map(version => version.system)),
  lines(versions.map(version => version.eventTime)),
  lines(versions.map(version => version.body)),
]

const newestColumnsOf = (versions: readonly RecordVersion[]) => [
  ...columnsOf(versions),
  lines(versions.map(version => version.validFrom ?? '')),
  lines(versions.map(version => version.validUntil ?? '')),
  lines(versions.map(version => aboutText(version.subjects))),
]

const list = (n: number) => `string_to_array($${n}, E'\\n')`
const dates = (n: number) => `string_to_array($${n}, E'\\n', '')::date[]`
const columns = `${list(2)}, ${list(3)}::bigint[], ${list(4)}, ${list(5)}::integer[], ${list(6)}, ${list(7)},
  ${list(8)}::timestamptz[], ${list(9)}::json[]`
const newestColumns = `${columns}, ${dates(10)}, ${dates(11)}, ${list(12)}`

const insertOlder = (dataset: string, versions: RecordVersion[]): pg.QueryConfig => ({
  name: 'record-older',
  text: `insert into record_history
           (dataset, key, sequence, status, schema_version, event_id, system, event_time, stored_at, body)
         select $1, key, sequence, status, schema_version, event_id, system, event_time, now(), body
         from unnest(${columns}) as t (key, sequence, status, schema_version, event_id, system, event_time, body)
         on conflict do nothing`,
  values: [dataset, ...columnsOf(versions)],
})

/** Their rows are locked. Stored now, not when the transaction began: a reset may have been approved since, and is used up. */
const updateStanding = (dataset: string, versions: RecordVersion[]): pg.QueryConfig => ({
  name: 'record-update',
  text: `update record set sequence = t.sequence, status = t.status, schema_version = t.schema_version,
           event_id = t.event_id, system = t.system, event_time = t.event_time, body = t.body,
           valid_from = t.valid_from, valid_until = t.valid_until, about = t.about, stored_at = clock_timestamp()
         from unnest(${newestColumns}) as t
           (key, sequence, status, schema_version, event_id, system, event_time, body, valid_from, valid_until, about)
         where record.dataset = $1 and record.key = t.key`,
  values: [dataset, ...newestColumnsOf(versions)],
})

/** Without `on conflict`, which reads the index once more for each row and writes twice to the log of PostgreSQL. */
const insertFirst = (dataset: string, versions: RecordVersion[]): pg.QueryConfig => ({
  name: 'record-insert',
  text: `insert into record (dataset, key, sequence, status, schema_version, event_id, system, event_time, body,
           valid_from, valid_until, about)
         select $1, * from unnest(${newestColumns})`,
  values: [dataset, ...newestColumnsOf(versions)],
})

function insertSubjects(dataset: string, versions: RecordVersion[]): pg.QueryConfig {
  const rows = versions.flatMap(({ key, subjects }) => subjects.map(({ type, id }) => ({ type, id, key })))
  return {
    name: 'record-subject',
    text: `insert into record_subject (dataset, subject_type, subject_id, key)
           select $1, * from unnest(${list(2)}, ${list(3)}, ${list(4)})`,
    values: [
      dataset,
      lines(rows.map(row => row.type)),
      lines(rows.map(row => row.id)),
      lines(rows.map(row => row.key)),
    ],
  }
}
