import type { JsonObject } from '../../../contract/canonical-json.ts'
import type { RecordStatus } from '../../../contract/envelope.ts'
import type { Transaction } from '../../../postgres/transaction.ts'

/** Of these versions of a record those that the registry holds, the newest or a past one. */
export async function readHeldVersions(tx: Transaction, dataset: string, key: string, versions: readonly number[]) {
  const { rows } = await tx.query<{ version: number; status: RecordStatus; body: JsonObject }>(
    `select sequence as version, status, body from record where dataset = $1 and key = $2 and sequence = any($3)
     union all
     select sequence, status, body from record_history where dataset = $1 and key = $2 and sequence = any($3)`,
    [dataset, key, versions],
  )
  return rows
}

/** The newest version of each of these records that the registry holds, by key. */
export async function readNewestVersions(tx: Transaction, dataset: string, keys: readonly string[]) {
  const { rows } = await tx.query<{ key: string; version: number }>(
    'select key, sequence as version from record where dataset = $1 and key = any($2)',
    [dataset, keys],
  )
  return new Map(rows.map(({ key, version }) => [key, version]))
}
