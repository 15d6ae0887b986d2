import { lockName } from '../../../postgres/lock-name.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { CodeException } from './code-exception.ts'

const columns = 'code, reason, department, named_by as "namedBy", named_at as "namedAt"'

export async function storeException(tx: Transaction, exception: CodeException): Promise<void> {
  const { code, reason, department, namedBy, namedAt } = exception
  await tx.query(
    `insert into code_exception (code, reason, department, named_by, named_at) values ($1, $2, $3, $4, $5)
     on conflict (code) do update set reason = excluded.reason, department = excluded.department,
       named_by = excluded.named_by, named_at = excluded.named_at`,
    [code, reason, department, namedBy, namedAt],
  )
}

/** Whether it was one. */
export async function removeException(tx: Transaction, code: string): Promise<boolean> {
  return (await tx.query('delete from code_exception where code = $1', [code])).rowCount === 1
}

/** How many others there are; until the transaction ends nobody else adds one. */
export async function countOtherExceptions(tx: Transaction, code: string): Promise<number> {
  await lockName(tx, 'code exceptions')
  const { rows } = await tx.query<{ others: number }>(
    'select count(*) as others from code_exception where code <> $1',
    [code],
  )
  return rows[0]!.others
}

export async function readExceptionCodes(db: Queryable): Promise<string[]> {
  return (await db.query<{ code: string }>('select code from code_exception')).rows.map(({ code }) => code)
}

/** By code, those behind `after`. */
export async function listExceptions(
  db: Queryable,
  after: string | undefined,
  limit: number,
): Promise<CodeException[]> {
  const { rows } = await db.query<CodeException>(
    `select ${columns} from code_exception where $1::text is null or code > $1 order by code limit $2`,
    [after ?? null, limit],
  )
  return rows
}
