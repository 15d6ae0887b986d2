/** A log of millions of entries, packed and signed as the hub does it: it verifies like one that grew by itself. */
import pg from 'pg'
import { createTree } from '../../services/auditor/tree.ts'
import { checkpointText } from '../../services/exchange/log/tree/checkpoint.ts'
import { rootOf } from '../../services/exchange/log/tree/merkle.ts'
import { type NoteSigner, signNote } from '../../services/exchange/log/tree/note.ts'
import { type PackedRow, packEntries } from '../../services/exchange/log/tree/packed-entries.ts'
import { residentId } from '../stand/residents.ts'

/** A tenth as many subjects as entries: each has about ten. */
export const subjectsOf = (entries: number) => Math.max(1, Math.floor(entries / 10))

const start = Date.parse('2026-01-01T00:00:00Z')
const timeOf = (index: number) => new Date(start + index * 100)

/** Of a log in which so many subjects take turns. */
function entryOf(i: number, subjects: number): string {
  const subject = residentId(i % subjects)
  return (
    `{"about":[{"id":"${subject}","type":"person"}],"at":"${timeOf(i).toISOString()}",` +
    `"caller":"natural-resources/title-office","case":"2026-${i}","content":{"pull":"${i}","purpose":` +
    '"real-estate-transfer","results":[{"basis":{"agreement":"A","provision":"《不动产登记暂行条例》第十八条","type":' +
    '"statutory-duty"},"dataset":"civil-affairs.marriage-certificate","decision":"permit","fields":["/holderA/name",' +
    `"/holderB/name","/registeredOn"],"records":[{"key":"J-${i}","version":1}]}],"subject":{"id":"${subject}",` +
    '"type":"person"}},"datasets":["civil-affairs.marriage-certificate"],"decision":"permit",' +
    `"department":"natural-resources","index":${i},"kind":"pull","matter":"real-estate-transfer","official":"u-` +
    `${i % 5000}","reference":"${i}","salt":"${(i + 2 ** 40).toString(16).padStart(32, '7')}"}`
  )
}

/** Entries of one statement, and of one row: about a batch under load. */
const chunk = 8_192
const batch = 32

const insertRows = `
insert into access_log_batch (first, size, at, entries, leaves)
select * from unnest($1::bigint[], $2::int[], $3::timestamptz[], $4::bytea[], $5::bytea[])`

export async function fillLog(
  url: string,
  size: number,
  signer: NoteSigner,
  origin: string,
  progress: (done: number) => void,
): Promise<void> {
  const owner = new pg.Client({ connectionString: url, statement_timeout: 0 })
  await owner.connect()
  const nodes: { level: number; index: number; hash: Buffer }[] = []
  const tree = createTree(undefined, (level, index, hash) => nodes.push({ level, index, hash }))
  for (let from = 0; from < size; from += chunk) {
    const to = Math.min(from + chunk, size)
    const entries = Array.from({ length: to - from }, (_, n) => entryOf(from + n, subjectsOf(size)))
    const rows: PackedRow[] = []
    for (let at = 0; at < entries.length; at += batch) {
      const packed = packEntries(from + at, entries.slice(at, at + batch))
      for (const leaf of packed.leaves) tree.append(leaf)
      rows.push(...packed.rows)
    }
    await owner.query(insertRows, [
      rows.map(row => row.first),
      rows.map(row => row.size),
      rows.map(row => timeOf(row.first + row.size - 1)),
      rows.map(row => row.entries),
      rows.map(row => row.leaves),
    ])
    progress(to)
  }
  for (const { level, index, hash } of nodes) {
    await owner.query('insert into access_log_node (level, index, hash) values ($1, $2, $3)', [level, index, hash])
  }
  const edge = { size, hashes: tree.state().edge }
  const checkpoint = signNote(checkpointText({ origin, size, root: rootOf(edge) }), [signer])
  const head = [size, Buffer.concat(edge.hashes), checkpoint]
  await owner.query('update access_log_head set size = $1, edge = $2, checkpoint = $3', head)
  await owner.query('vacuum analyze access_log_batch, access_log_node')
  await owner.end()
}
