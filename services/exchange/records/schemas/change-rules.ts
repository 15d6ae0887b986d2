/** Changing how a schema may evolve, and ending a version: logged, like every change. */
import { type Failure, failure } from '../../../contract/failure.ts'
import { lockDataset } from '../../law/catalogue/catalogue-store.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { SchemaNeeds } from './needs.ts'
import { readVersion, setRefusedFrom } from './schema-store.ts'
import type { RegisteredSchema } from './schema-version.ts'
import { hubLevel, type StatedSetting } from './setting.ts'
import { storeStated } from './setting-store.ts'

/** `level` is a dataset, or `hubLevel` for the default of all. */
export async function changeSetting(
  needs: SchemaNeeds,
  caller: Caller,
  level: string,
  change: Partial<StatedSetting>,
): Promise<void> {
  await needs.accessLog.commitWith(async (tx, record) => {
    record(draftOf(caller, level, 'setting', { ...change }))
    await storeStated(tx, level, change)
  })
}

/** From `refusedFrom` on, publishing with the version is refused; null takes that back. */
export async function deprecate(
  needs: SchemaNeeds,
  caller: Caller,
  { dataset, version, refusedFrom }: { dataset: string; version: number; refusedFrom: Date | null },
): Promise<RegisteredSchema | Failure> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    await lockDataset(tx, dataset)
    const found = await readVersion(tx, dataset, version)
    if (!found || found.deletedAt) return failure('NOT_FOUND')
    record(draftOf(caller, dataset, 'deprecate', { version, refusedFrom: refusedFrom?.toISOString() ?? null }))
    await setRefusedFrom(tx, found, refusedFrom)
    return { ...found, refusedFrom }
  })
  await needs.schemas.forget()
  return outcome
}

export const draftOf = (
  caller: Caller,
  level: string,
  step: string,
  more: Record<string, string | number | null | number[]>,
) =>
  draftBy(caller, undefined, {
    kind: 'schema',
    ...(level !== hubLevel && { datasets: [level] }),
    content: { step, ...(level !== hubLevel && { dataset: level }), ...more },
  })
