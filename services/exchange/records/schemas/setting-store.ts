import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { effectiveSetting, hubLevel, nothingStated, type Setting, type StatedSetting } from './setting.ts'

/** Statements of a level; the hub's own level is `hubLevel`. */
export async function readStated(db: Queryable, level: string): Promise<StatedSetting> {
  const { rows } = await db.query<StatedSetting>(
    'select compatibility, profile, mode from schema_setting where dataset = $1',
    [level],
  )
  return rows[0] ?? nothingStated
}

/** The setting in force for a dataset; `compatibility` is what its catalogue entry says. */
export async function readSetting(db: Queryable, dataset: { id: string; compatibility?: string }): Promise<Setting> {
  const text = 'select dataset as level, compatibility, profile, mode from schema_setting where dataset in ($1, $2)'
  const asked = { name: 'schema-setting', text, values: [dataset.id, hubLevel] }
  const { rows } = await db.query<StatedSetting & { level: string }>(asked)
  const stated = (level: string) => rows.find(row => row.level === level) ?? nothingStated
  return effectiveSetting(stated(dataset.id), stated(hubLevel), dataset.compatibility)
}

/** Lays `change` over what the level states; a null takes a statement back. */
export async function storeStated(tx: Transaction, level: string, change: Partial<StatedSetting>): Promise<void> {
  const { compatibility, profile, mode } = { ...(await readStated(tx, level)), ...change }
  await tx.query(
    `insert into schema_setting (dataset, compatibility, profile, mode) values ($1, $2, $3, $4)
     on conflict (dataset) do update set compatibility = $2, profile = $3, mode = $4`,
    [level, compatibility, profile, mode],
  )
}
