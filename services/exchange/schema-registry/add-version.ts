/** Adding a version to a dataset's schema: checked, numbered, logged in one transaction. */
import type { JsonObject } from '../../contract/canonical-json.ts'
import { type Failure, failure, isFailure } from '../../contract/failure.ts'
import { checkSchema } from '../../contract/schema-guard.ts'
import { compileSchema } from '../../contract/validation.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import { insertVersion, listVersions, lockDataset } from './schema-store.ts'
import { fingerprintOf, type RegisteredSchema } from './schema-version.ts'

export type Added = { registered: RegisteredSchema; isNew: boolean }

/** The same schema again is a no-op that answers the version it already has. */
export async function addVersion(
  hub: Hub,
  caller: Caller,
  dataset: Dataset,
  schema: JsonObject,
): Promise<Added | Failure> {
  const refusal = refusalOf(schema, dataset)
  const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
    const note = (failed?: Failure) =>
      record({
        kind: 'schema',
        caller: caller.id,
        ...(caller.department && { department: caller.department }),
        datasets: [dataset.id],
        content: { action: 'register', dataset: dataset.id, fingerprint: refusal ? '' : fingerprintOf(schema) },
        decision: failed ? 'refuse' : 'permit',
        ...(failed && { code: failed.failure }),
      })
    if (refusal) {
      note(refusal)
      return refusal
    }
    await lockDataset(tx, dataset.id)
    const fingerprint = fingerprintOf(schema)
    const standing = (await listVersions(tx, dataset.id)).find(one => one.fingerprint === fingerprint && !one.deletedAt)
    if (standing) return { registered: standing, isNew: false }
    note()
    const registered = await insertVersion(tx, {
      dataset: dataset.id,
      schema,
      fingerprint,
      registeredBy: caller.id,
      now: hub.now(),
    })
    return { registered, isNew: true }
  })
  return outcome
}

function refusalOf(schema: JsonObject, dataset: Dataset): Failure | undefined {
  const violations = checkSchema(schema, { dataset: dataset.id })
  if (violations.length > 0) {
    const detail = `${violations[0]!.pointer || 'The schema'} ${violations[0]!.message}.`
    return failure('SCHEMA_REFUSED', { pointer: `/schema${violations[0]!.pointer}`, detail, violations })
  }
  const compiled = compileSchema(schema)
  return isFailure(compiled) ? compiled : undefined
}
