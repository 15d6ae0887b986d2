import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Department, Party, System, SystemStanding } from './department.ts'

export async function storeDepartment(tx: Transaction, { id, title, creditCode }: Department): Promise<void> {
  await tx.query(
    `insert into department (id, title, credit_code) values ($1, $2, $3)
     on conflict (id) do update set title = excluded.title, credit_code = excluded.credit_code, updated_at = now()`,
    [id, title, creditCode],
  )
}

/** The department that already has this credit code, other than `id`. */
export async function holderOfCreditCode(db: Queryable, creditCode: string, id: string): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>('select id from department where credit_code = $1 and id <> $2', [
    creditCode,
    id,
  ])
  return rows[0]?.id
}

export async function listDepartments(db: Queryable): Promise<Department[]> {
  const { rows } = await db.query<Department>(
    `select id, title, credit_code as "creditCode" from department order by id`,
  )
  return rows
}

export async function departmentExists(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query('select from department where id = $1', [id])
  return rowCount === 1
}

export async function storeSystem(tx: Transaction, system: System): Promise<void> {
  await tx.query(
    `insert into department_system (id, department, title, jwks, roles, rights, active, dpop_required)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (id) do update set title = excluded.title, jwks = excluded.jwks, roles = excluded.roles,
       rights = excluded.rights, active = excluded.active, dpop_required = excluded.dpop_required, updated_at = now()`,
    [
      system.id,
      system.department,
      system.title,
      system.jwks,
      system.roles,
      system.rights,
      system.active,
      system.dpopRequired,
    ],
  )
}

/** Whether a system's tokens need proofs; false where there is no such system. */
export async function demandsProof(db: Queryable, id: string): Promise<boolean> {
  const { rows } = await db.query<{ demanded: boolean }>(
    'select dpop_required as demanded from department_system where id = $1',
    [id],
  )
  return rows[0]?.demanded ?? false
}

export async function readSystems(db: Queryable): Promise<SystemStanding[]> {
  const { rows } = await db.query<SystemStanding>(
    'select id, active, rights, dpop_required as "dpopRequired" from department_system',
  )
  return rows
}

/** `changedAt`: when its entry, keys included, was last changed. */
export type RegisteredSystem = Omit<System, 'jwks'> & { keys: { kid: string; crv: string }[]; changedAt: Date }

/** At most `limit` systems of all departments whose ids come after `after`, by id. */
export async function listAllSystems(
  db: Queryable,
  after: string | undefined,
  limit: number,
): Promise<RegisteredSystem[]> {
  const { rows } = await db.query<RegisteredSystem>(
    `select id, department, title, active, roles, rights, dpop_required as "dpopRequired", jwks -> 'keys' as keys,
       updated_at as "changedAt"
     from department_system where $1::text is null or id > $1 order by id limit $2`,
    [after ?? null, limit],
  )
  return rows.map(system => ({ ...system, keys: system.keys.map(({ kid, crv }) => ({ kid, crv })) }))
}

export async function listSystems(db: Queryable, department: string): Promise<System[]> {
  const { rows } = await db.query<System>(
    'select id, department, title, jwks, roles, rights, active, dpop_required as "dpopRequired" from department_system where department = $1 order by id',
    [department],
  )
  return rows
}

export async function readParties(db: Queryable, ids: readonly string[]): Promise<Party[]> {
  const { rows } = await db.query<Party>(
    'select id, title, credit_code as "creditCode" from department where id = any($1)',
    [ids],
  )
  return rows
}
