/** Records of a dataset as they are passed one after the other, and those about some subjects: for comparisons in the background. */
import type { JsonObject } from '../../../contract/canonical-json.ts'
import type { Subject } from '../../../contract/subject.ts'
import type { Transaction } from '../../../postgres/transaction.ts'

type PassedRecord = { key: string; version: number; status: string; body: JsonObject }

/** At most `limit` records whose keys come after `key`, by key. Nothing is locked. */
export async function readBehind(
  tx: Transaction,
  { dataset, key }: { dataset: string; key: string },
  limit: number,
): Promise<PassedRecord[]> {
  const { rows } = await tx.query<PassedRecord>(
    `select key, sequence as version, status, body from record
     where dataset = $1 and key > $2 order by key limit $3`,
    [dataset, key, limit],
  )
  return rows
}

/** Bodies of the valid records of a dataset about any of these subjects. */
export async function readValidBodies(
  tx: Transaction,
  dataset: string,
  { type, ids }: { type: Subject['type']; ids: readonly string[] },
): Promise<JsonObject[]> {
  const { rows } = await tx.query<{ body: JsonObject }>(
    `select r.body from record_subject s join record r on r.dataset = s.dataset and r.key = s.key
     where s.dataset = $1 and s.subject_type = $2 and s.subject_id = any($3) and r.status = 'valid'`,
    [dataset, type, ids],
  )
  return rows.map(({ body }) => body)
}
