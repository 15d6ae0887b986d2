/** Fills the registry as ingest would, only faster: made in the database itself from one sample record of each dataset. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import { parsePointer, valuesAt } from '../../services/contract/json-pointer.ts'
import { repository } from '../../services/local/places.ts'
import type { Queryable } from '../../services/postgres/pool.ts'
import { residentIdSql } from './residents.ts'

/** The subjects of one record stand so far apart in the row of residents, so that every one of them has one record. */
const betweenSubjects = 13_000_000

export const prepareFilling = (db: Queryable) => db.query(residentIdSql)

type Sample = { system: string; key: string; ids: string[]; body: string }

async function readSample(dataset: string): Promise<Sample> {
  const folder = join(repository, 'schemas', dataset.replace('.', '/'))
  const of = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'))
  const [entry, cases] = await Promise.all([of('dataset.json'), of('v1.cases.json')])
  const record = cases.valid[0].record as JsonObject
  const textsAt = (pointer: string) => valuesAt(record, parsePointer(pointer)!).map(String)
  const ids = entry.subjects.flatMap(({ id }: { id: string }) => textsAt(id))
  return { system: `${entry.department}/bench`, key: textsAt(entry.key)[0]!, ids, body: JSON.stringify(record) }
}

/** Records `from` to `to` of a dataset: number n is about resident n, and where it has several subjects about n + 13 million too. */
export async function fillRecords(db: Queryable, dataset: string, from: number, to: number): Promise<void> {
  const { system, key, ids, body } = await readSample(dataset)
  const people = [...new Set(ids)].slice(0, 2)
  const bodyOf = people.reduce(
    (text, _, i) => `replace(${text}, $${i + 6}, bench_resident_id(n + ${i * betweenSubjects}))`,
    `replace($5, $4, 'B' || lpad(n::text, 12, '0'))`,
  )
  const about = people.map((_, i) => `'person ' || bench_resident_id(n + ${i * betweenSubjects})`).join(` || ',' || `)
  await db.query(
    `insert into record (dataset, key, sequence, status, schema_version, event_id, system, event_time, body, about)
     select $1, 'B' || lpad(n::text, 12, '0'), 1, 'valid', 1, 'bench:' || n, $3, now(), (${bodyOf})::json, ${about}
     from generate_series($2::bigint, ${to - 1}) as n`,
    [dataset, from, system, key, body, ...people],
  )
  await db.query(
    `insert into record_subject (dataset, subject_type, subject_id, key)
     select $1, 'person', bench_resident_id(n + i * ${betweenSubjects}::bigint), 'B' || lpad(n::text, 12, '0')
     from generate_series($2::bigint, $3::bigint - 1) as n, generate_series(0, ${people.length - 1}) as i`,
    [dataset, from, to],
  )
}

export type ConsentPlan = { department: string; purpose: string; datasets: Record<string, string[]>; uses?: number }

/** A consent of each of these residents. */
export async function fillConsents(
  db: Queryable,
  { department, purpose, datasets, uses }: ConsentPlan,
  from: number,
  to: number,
): Promise<void> {
  await db.query(
    `insert into consent (id, subject_type, subject_id, department, purpose, state, valid_from, valid_until, datasets,
       artefact, uses, history, created_at, updated_at)
     select 'B' || lpad(n::text, 25, '0'), 'person', bench_resident_id(n), $1, $2, 'active', now() - interval '1 day',
       now() + interval '1 year', $3, '{}', $4, '[]', now(), now()
     from generate_series($5::bigint, $6::bigint - 1) as n`,
    [department, purpose, JSON.stringify(datasets), uses ?? null, from, to],
  )
}

/** Tables that the peers read and write: the same bodies, one row to a subject, and a log without anything. */
export async function fillPeers(db: Queryable, dataset: string): Promise<void> {
  await db.query('create table bench_record (subject text primary key, body json not null)')
  await db.query(
    `insert into bench_record select s.subject_id, r.body from record r
     join record_subject s on s.dataset = r.dataset and s.key = r.key
     where r.dataset = $1 on conflict do nothing`,
    [dataset],
  )
  await db.query(`create table bench_log (id bigint generated always as identity primary key, at timestamptz not null default now(),
    subject text not null, purpose text not null, case_number text not null, official text not null)`)
  await db.query('grant select, insert on bench_record, bench_log to datarun_services')
}

/** Does the work that filling leaves behind, so that it is not done while something is measured. */
export async function settle(db: Queryable): Promise<void> {
  await db.query('vacuum analyze')
}
