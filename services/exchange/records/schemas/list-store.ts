/** Subjects and schemas of all datasets, page by page: in the order of their names, byte by byte, and of their versions. */
import type { Queryable } from '../../../postgres/pool.ts'
import { columns, type Row, read } from './schema-store.ts'
import type { RegisteredSchema } from './schema-version.ts'
import type { Shown } from './shown.ts'

/** Of datasets whose subject, `<before><dataset><after>`, starts with `prefix`. */
export type Wanted = { before: string; after: string; prefix: string; shown: Shown; offset: number; limit: number }

const versionIs: Record<Shown, string> = {
  standing: 'deleted_at is null',
  all: 'true',
  deleted: 'deleted_at is not null',
}
/** A subject is deleted once no version of it stands. */
const subjectIs: Record<Shown, string> = {
  standing: 'bool_or(deleted_at is null)',
  all: 'true',
  deleted: 'bool_and(deleted_at is not null)',
}
const named = 'starts_with($1 || dataset || $2, $3)'
const page = 'offset $4 limit $5'
const valuesOf = ({ before, after, prefix, offset, limit }: Wanted) => [before, after, prefix, offset, limit]

export async function listDatasets(db: Queryable, wanted: Wanted): Promise<string[]> {
  const { rows } = await db.query<{ dataset: string }>(
    `select dataset from schema_version where ${named} group by dataset having ${subjectIs[wanted.shown]}
     order by dataset collate "C" ${page}`,
    valuesOf(wanted),
  )
  return rows.map(({ dataset }) => dataset)
}

/** Bytes of schemas that one answer may have. */
const mostBytes = 33_554_432

/** undefined where the schemas of the page are too large for one answer. */
export async function listSchemas(
  db: Queryable,
  { latestOnly, ...wanted }: Wanted & { latestOnly: boolean },
): Promise<RegisteredSchema[] | undefined> {
  const order = 'dataset collate "C", version'
  const some = latestOnly
    ? `select distinct on (dataset collate "C") dataset, version from schema_version where ${named} and ${versionIs[wanted.shown]}
       order by ${order} desc`
    : `select dataset, version from schema_version where ${named} and ${versionIs[wanted.shown]} order by ${order}`
  const { rows } = await db.query<(Row | { dataset: null }) & { large: boolean | null }>(
    `with page as (${some} ${page}),
     total as (
       select sum(octet_length(schema)) > ${mostBytes} as large from page join schema_version using (dataset, version)
     )
     select large, ${columns} from total
     left join (page join schema_version using (dataset, version)) on not large order by ${order}`,
    valuesOf(wanted),
  )
  return rows[0]?.large
    ? undefined
    : rows.filter((row): row is Row & { large: boolean } => row.dataset !== null).map(read)
}

/** The largest id that a schema has; 0 where there is none. */
export async function readMaxId(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ id: number }>('select coalesce(max(id), 0) as id from schema_version')
  return rows[0]!.id
}
