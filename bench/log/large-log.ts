/** A log of millions of entries, made in the database itself and signed: it verifies like one that grew by itself. */
import pg from 'pg'
import { createTree, type TreeState } from '../../services/auditor/tree.ts'
import { checkpointText } from '../../services/exchange/log/tree/checkpoint.ts'
import { rootOf } from '../../services/exchange/log/tree/merkle.ts'
import { type NoteSigner, signNote } from '../../services/exchange/log/tree/note.ts'
import { residentIdSql } from '../stand/residents.ts'

/** A tenth as many subjects as entries: each has about ten. */
export const subjectsOf = (entries: number) => Math.max(1, Math.floor(entries / 10))

const entryText = `'{"about":[{"id":"' || subject.id || '","type":"person"}],"at":"2026-01-01T00:00:00.000Z",'
  || '"caller":"natural-resources/title-office","case":"2026-' || i || '","content":{"pull":"' || i || '","purpose":'
  || '"real-estate-transfer","results":[{"basis":{"agreement":"A","provision":"《不动产登记暂行条例》第十八条","type":'
  || '"statutory-duty"},"dataset":"civil-affairs.marriage-certificate","decision":"permit","fields":["/holderA/name",'
  || '"/holderB/name","/registeredOn"],"records":[{"key":"J-' || i || '","version":1}]}],"subject":{"id":"'
  || subject.id || '","type":"person"}},"datasets":["civil-affairs.marriage-certificate"],"decision":"permit",'
  || '"department":"natural-resources","index":' || i || ',"kind":"pull","matter":"real-estate-transfer","official":"u-'
  || i % 5000 || '","reference":"' || i || '","salt":"' || md5(i::text) || '"}'`

const insertEntries = `
insert into access_log_entry (index, at, kind, entry, leaf_hash, caller, department, official, case_number, matter,
  datasets, decision, reference)
select i, timestamptz '2026-01-01' + i * interval '100 milliseconds', 'pull', entry,
  sha256('\\x00'::bytea || convert_to(entry, 'UTF8')), 'natural-resources/title-office', 'natural-resources',
  'u-' || i % 5000, '2026-' || i, 'real-estate-transfer', '{civil-affairs.marriage-certificate}', 'permit', i::text
from generate_series($1::bigint, $2::bigint - 1) as i join bench_subject_id as subject on subject.n = i % $3,
  lateral (select ${entryText} as entry) as made`

const chunk = 100_000

/** Indexes are made after the rows: adding to seven of them row by row would take five times as long. */
export async function fillLog(
  url: string,
  size: number,
  signer: NoteSigner,
  origin: string,
  progress: (done: number) => void,
): Promise<void> {
  const owner = new pg.Client({ connectionString: url, statement_timeout: 0 })
  await owner.connect()
  await owner.query(residentIdSql)
  await owner.query(
    `create unlogged table bench_subject_id as
     select n, bench_resident_id(n) as id from generate_series(0::bigint, ${subjectsOf(size) - 1}::bigint) as n`,
  )
  await owner.query('create unique index on bench_subject_id (n)')
  await owner.query('analyze bench_subject_id')
  const rebuild = await dropIndexes(owner)
  const state = await appendAll(owner, size, progress)
  for (const text of rebuild) await owner.query(text)
  const edge = { size, hashes: state.edge }
  const checkpoint = signNote(checkpointText({ origin, size, root: rootOf(edge) }), [signer])
  const head = [size, Buffer.concat(state.edge), checkpoint]
  await owner.query('update access_log_head set size = $1, edge = $2, checkpoint = $3', head)
  await owner.query('vacuum analyze access_log_entry, access_log_subject, access_log_node')
  await owner.end()
}

async function dropIndexes(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ name: string; text: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as text from pg_index
     where indrelid = 'access_log_entry'::regclass and not indisprimary
        or indrelid = 'access_log_subject'::regclass and not indisprimary`,
  )
  for (const { name } of rows) await owner.query(`drop index ${name}`)
  return rows.map(({ text }) => text)
}

async function appendAll(owner: pg.Client, size: number, progress: (done: number) => void): Promise<TreeState> {
  const nodes: { level: number; index: number; hash: Buffer }[] = []
  const tree = createTree(undefined, (level, index, hash) => nodes.push({ level, index, hash }))
  for (let from = 0; from < size; from += chunk) {
    const to = Math.min(from + chunk, size)
    await owner.query(insertEntries, [from, to, subjectsOf(size)])
    await owner.query(
      `insert into access_log_subject select 'person', subject.id, i
       from generate_series($1::bigint, $2::bigint - 1) as i join bench_subject_id as subject on subject.n = i % $3`,
      [from, to, subjectsOf(size)],
    )
    const { rows } = await owner.query<{ leaves: Buffer }>(
      `select string_agg(leaf_hash, '' order by index) as leaves from access_log_entry where index >= $1 and index < $2`,
      [from, to],
    )
    const { leaves } = rows[0]!
    for (let at = 0; at < leaves.length; at += 32) tree.append(leaves.subarray(at, at + 32))
    progress(to)
  }
  for (const { level, index, hash } of nodes) {
    await owner.query('insert into access_log_node (level, index, hash) values ($1, $2, $3)', [level, index, hash])
  }
  return tree.state()
}
