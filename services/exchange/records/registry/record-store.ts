import { type Transaction, together } from '../../../postgres/transaction.ts'
import { placementStatements } from './placement-store.ts'
import { mostOfOneTime, type Placement, placeVersions, type RecordVersion, type StandingRecord } from './version.ts'

/**
 * Stores a batch of versions of one dataset: a constant number of statements, whatever its size. Returns those whose
 * sequence was already used for another event; the caller sets them aside.
 */
export async function storeVersions(
  tx: Transaction,
  dataset: string,
  batch: RecordVersion[],
  now = new Date(),
): Promise<Placement<RecordVersion>> {
  const standing = await lockStanding(tx, dataset, keysOf(batch))
  const placement = await placeBatch(tx, batch, standing, now)
  const statements = placementStatements(dataset, placement)
  await fasterAsOutage(together(tx, () => Promise.all(statements.map(statement => tx.query(statement)))))
  return placement
}

export const keysOf = (batch: readonly RecordVersion[]) => [...new Set(batch.map(version => version.key))].sort()

/** The placement of each version, whose keys are locked. */
export const placeBatch = async (
  tx: Transaction,
  batch: RecordVersion[],
  standing: StandingRecord[],
  now: Date,
): Promise<Placement<RecordVersion>> =>
  placeVersions(batch, standing, standing.length > 0 ? await readPast(tx, batch) : [], now)

/**
 * A key that was not there when the standing versions were locked may be by now: another transaction was faster (a replay;
 * a partition that was added). Then nothing is overwritten unseen, and the whole is to be tried again.
 */
export async function fasterAsOutage<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error
    throw Object.assign(new Error('another transaction was faster', { cause: error }), { code: serializationFailure })
  }
}

const uniqueViolation = '23505'
const serializationFailure = '40001'

/**
 * A plan is kept for as long as its connection lives. One that was made while the table was empty would read the table from
 * end to end for every batch, however large it has become: none is made for this transaction that has an index.
 */
const alwaysByIndex = 'set local enable_seqscan = off'

/**
 * Locks the keys, and says which of them stand. Runs together with `begin` as well. When the dataset was reset last is asked
 * once, and each record asks by its own key: 0.5 ms for a thousand, however many were reset.
 */
export async function lockStanding(tx: Transaction, dataset: string, keys: string[]): Promise<StandingRecord[]> {
  const lock = {
    name: 'record-lock',
    text: `select key, sequence, event_id as "eventId", stored_at < coalesce((
             select max(answered_at) from sequence_reset where dataset = $1 and key is null and state = 'approved'
           ), '-infinity') or exists (
             select from sequence_reset reset
             where reset.dataset = $1 and reset.key = record.key and reset.state = 'approved'
               and reset.answered_at > record.stored_at
           ) as yields
           from record where dataset = $1 and key = any($2) order by key for update`,
    values: [dataset, keys],
  }
  const [, { rows }] = await together(tx, () => Promise.all([tx.query(alwaysByIndex), tx.query<StandingRecord>(lock)]))
  return rows
}

/** All are of one dataset. */
async function readPast(tx: Transaction, batch: RecordVersion[]): Promise<StandingRecord[]> {
  const { rows } = await tx.query<StandingRecord>({
    name: 'record-past',
    text: `select h.key, h.sequence, h.event_id as "eventId"
           from unnest($2::text[], $3::bigint[], $4::bigint[]) as asked (key, sequence, most)
           join record_history h on h.dataset = $1 and h.key = asked.key
             and h.sequence between asked.sequence and asked.most`,
    values: [
      batch[0]!.dataset,
      batch.map(({ key }) => key),
      batch.map(({ sequence }) => sequence),
      batch.map(({ sequence, byTime }) => (byTime ? sequence + mostOfOneTime : sequence)),
    ],
  })
  return rows
}
