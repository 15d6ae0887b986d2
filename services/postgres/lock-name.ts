import type { Transaction } from './transaction.ts'

/**
 * Until the transaction ends nobody else holds this name, on any process. For what is counted or looked for and then added:
 * there is no row yet that could be locked.
 */
export async function lockName(tx: Transaction, name: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name])
}
