/** The access log's tables, as they are written. */
import type pg from 'pg'
import type { Queryable } from '../../../postgres/pool.ts'
import { cutOffSoon, type Transaction } from '../../../postgres/transaction.ts'
import { cutHashes, type Growth, hashBytes } from '../tree/merkle.ts'
import type { Batch, Head } from './head.ts'

const headColumns = 'size, edge, checkpoint, at, clock_timestamp() as clock'

/** Waits for whoever is appending; from here to the commit, no one else can. */
export async function lockHead(tx: Transaction): Promise<Head> {
  return readHeadRow(tx, lockStatement)
}

/**
 * Alone, where the head need not be known. Everybody waits for who holds the head: a process that is frozen with it is cut off
 * after some seconds of silence, not after the pool's half minute.
 */
const lockStatement = {
  name: 'lock-access-log-head',
  text: `select ${headColumns}, ${cutOffSoon} from access_log_head for update`,
}

export const readHead = (database: Queryable): Promise<Head> =>
  readHeadRow(database, { text: `select ${headColumns} from access_log_head` })

type HeadRow = { size: number; edge: Buffer; checkpoint: string; at: Date | null; clock: Date }

async function readHeadRow(database: Queryable, query: { name?: string; text: string }): Promise<Head> {
  const { rows } = await database.query<HeadRow>(query)
  const { size, edge, checkpoint, at, clock } = rows[0]!
  return { edge: { size, hashes: cutHashes(edge) }, checkpoint, at: size > 0 && at ? at : undefined, clock }
}

/** The head is moved before anything is inserted: the batches of two processes wait for each other there and nowhere else. */
const appendText = `
insert into access_log_batch (first, size, at, entries, leaves)
select $1::bigint, $2, $3::timestamptz, $4, $5
from advance_access_log_head($6, $7, $8, $9, $10, $11, $3::timestamptz, $12)`

const moreText = 'insert into access_log_batch (first, size, at, entries, leaves) values ($1, $2, $3, $4, $5)'

const nodesText = `
insert into access_log_node (level, index, hash)
select level, index, substring($1::bytea from (n::int - 1) * ${hashBytes} + 1 for ${hashBytes})
from unnest($2::int[], $3::bigint[]) with ordinality as made (level, index, n)`

/**
 * Adds a batch and moves the head; one statement, but for a batch that ends a bundle. Where the head is not the one that the batch
 * follows on, or the batch's time is more than `skew` milliseconds ahead of PostgreSQL's, the first fails (LH001, LH002), and
 * so do all that were sent along, the commit too.
 */
export function appendStatements(batch: Batch, skew: number): pg.QueryConfig[] {
  const { before, growth, at, checkpoint } = batch
  const { size, hashes } = growth.edge
  const from = [before.edge.size, Buffer.concat(before.edge.hashes), before.checkpoint]
  const to = [size, Buffer.concat(hashes), checkpoint]
  const [first, ...more] = batch.rows.map(row => [row.first, row.size, at, row.entries, row.leaves])
  const nodes = nodeColumns(growth)
  return [
    { name: 'append-to-access-log', text: appendText, values: [...first!, ...from, ...to, skew] },
    ...more.map(values => ({ name: 'append-more-to-access-log', text: moreText, values })),
    ...(nodes[0].length > 0 ? [{ name: 'append-access-log-nodes', text: nodesText, values: nodes }] : []),
  ]
}

/** A tile of level L holds subtrees of height 8 L; level 0 is the entries' own leaf hashes. */
function nodeColumns({ from, edge, nodesAt }: Growth): [Buffer, number[], number[]] {
  const rows: { level: number; index: number; hash: Buffer }[] = []
  for (let level = 1; 256 ** level <= edge.size; level += 1) {
    const first = Math.floor(from / 256 ** level)
    nodesAt(8 * level).forEach((hash, i) => {
      rows.push({ level, index: first + i, hash })
    })
  }
  return [Buffer.concat(rows.map(row => row.hash)), rows.map(row => row.level), rows.map(row => row.index)]
}
