/** Adding a version to a dataset's schema: checked in a thread of its own, numbered and logged, all in one transaction. */
import type { JsonObject } from '../../../contract/canonical-json.ts'
import { type Failure, failure, isFailure } from '../../../contract/failure.ts'
import { checkBulk } from '../../../json-schema/schema-guard.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { type Checked, isTransitive } from '../../../schema-compatibility/check.ts'
import { lockDataset } from '../../law/catalogue/catalogue-store.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { type Candidate, checkVersion, refusedFor } from './check-version.ts'
import { explanationOf, type Rules, sentenceOf } from './explanation.ts'
import type { SchemaNeeds } from './needs.ts'
import { insertVersion, readVersion } from './schema-store.ts'
import { fingerprintOf, type RegisteredSchema } from './schema-version.ts'
import type { Setting } from './setting.ts'
import { readSetting } from './setting-store.ts'
import { readNewestAndSame, readStanding, type StandingVersion } from './standing-store.ts'

export type Added = { registered: RegisteredSchema; isNew: boolean }
/** A refusal for want of compatibility carries what was compared and found. */
export type Refused = Failure & { compatibility?: JsonObject }
type Fingerprinted = Candidate & { fingerprint: string }

/** The same schema again is a no-op that answers the version it already has. */
export async function addVersion(needs: SchemaNeeds, caller: Caller, candidate: Candidate): Promise<Added | Refused> {
  const bulk = checkBulk(candidate.schema)
  if (bulk.length > 0) return refuseLogged(needs, caller, candidate, refusedFor(bulk))
  const fingerprinted = { ...candidate, fingerprint: fingerprintOf(candidate.schema) }
  return needs.schemas.inTurn(() => addInTransaction(needs, caller, fingerprinted))
}

async function refuseLogged(
  needs: SchemaNeeds,
  caller: Caller,
  candidate: Candidate,
  refusal: Refused,
): Promise<Refused> {
  const { outcome } = await needs.accessLog.commitWith(async (_, record) => {
    record(draftOf(caller, candidate, refusal))
    return refusal
  })
  return outcome
}

/** `outcome`: the refusal, or what was added. */
const draftOf = (caller: Caller, { dataset }: Candidate, outcome: Refused | { version: number; fingerprint: string }) =>
  draftBy(caller, outcome, {
    kind: 'schema',
    datasets: [dataset.id],
    content: { step: 'register', dataset: dataset.id, ...(!isFailure(outcome) && outcome) },
  })

async function addInTransaction(
  needs: SchemaNeeds,
  caller: Caller,
  candidate: Fingerprinted,
): Promise<Added | Refused> {
  const { dataset, schema, fingerprint, references = [] } = candidate
  const { outcome } = await needs.accessLog.commitWith(
    async (tx, record, { standing, setting }): Promise<Added | Refused> => {
      const same = standing.find(one => one.fingerprint === fingerprint)
      const registeredBefore = same && (await readVersion(tx, dataset.id, same.version))
      if (registeredBefore) return { registered: registeredBefore, isNew: false }
      const refusal = await refusalOf(needs, tx, candidate, { standing, setting })
      if (refusal) {
        record(draftOf(caller, candidate, refusal))
        return refusal
      }
      const version = {
        dataset: dataset.id,
        schema,
        fingerprint,
        references,
        registeredBy: caller.id,
        now: needs.now(),
      }
      const registered = await insertVersion(tx, version)
      const { version: number } = registered
      record(draftOf(caller, candidate, { version: number, fingerprint }))
      return { registered, isNew: true }
    },
    { first: (tx: Transaction) => lockAndRead(tx, candidate) },
  )
  return outcome
}

/** From here to the end of the transaction nobody else adds a version, so that what is compared with stays the newest. */
async function lockAndRead(tx: Transaction, { dataset, fingerprint }: Fingerprinted) {
  const [, standing, setting] = await Promise.all([
    lockDataset(tx, dataset.id),
    readNewestAndSame(tx, dataset.id, fingerprint),
    readSetting(tx, dataset),
  ])
  return { standing, setting }
}

/** Why the hub does not take a schema; undefined where it does. `standing` ends with the newest. */
async function refusalOf(
  needs: SchemaNeeds,
  tx: Transaction,
  candidate: Fingerprinted,
  { standing, setting }: { standing: StandingVersion[]; setting: Setting },
): Promise<Refused | undefined> {
  const { dataset, fingerprint } = candidate
  if (setting.mode === 'READONLY')
    return failure('STATE_CONFLICT', { detail: 'The schema of this dataset is read-only.' })
  const versions = isTransitive(setting.compatibility) ? await readStanding(tx, dataset.id) : standing
  const checked = await checkVersion(needs, candidate, setting, { fingerprint, versions })
  return isFailure(checked) ? checked : refusalFor(checked.checked, setting)
}

function refusalFor(checked: Checked, rules: Rules): Refused | undefined {
  if (checked.verdict === 'compatible') return undefined
  const code = checked.verdict === 'incompatible' ? 'SCHEMA_INCOMPATIBLE' : 'SCHEMA_UNDECIDED'
  return { ...failure(code, { detail: sentenceOf(checked) }), compatibility: explanationOf(checked, rules) }
}
