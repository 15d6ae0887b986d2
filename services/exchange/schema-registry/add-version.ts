/** Adding a version to a dataset's schema: checked in a thread of its own, then numbered and logged in one transaction. */
import type { JsonObject } from '../../contract/canonical-json.ts'
import { type Failure, failure, isFailure } from '../../contract/failure.ts'
import { checkBulk } from '../../contract/schema-guard.ts'
import { type Transaction, together } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import { type Candidate, checkVersion, refusedFor } from './check-version.ts'
import type { Checked } from './compatibility/check.ts'
import { explanationOf, type Rules, sentenceOf } from './explanation.ts'
import { insertVersion, lockDataset, readStanding, readVersion, type Standing } from './schema-store.ts'
import { fingerprintOf, type RegisteredSchema } from './schema-version.ts'
import type { Setting } from './setting.ts'
import { readSetting } from './setting-store.ts'

export type Added = { registered: RegisteredSchema; isNew: boolean }
/** A refusal for want of compatibility carries what was compared and found. */
export type Refused = Failure & { compatibility?: JsonObject }
type Fingerprinted = Candidate & { fingerprint: string }

/** Somebody else may add a version while this one is checked; then it is checked again, so often. */
const mostTries = 3

/** The same schema again is a no-op that answers the version it already has. */
export async function addVersion(hub: Hub, caller: Caller, candidate: Candidate): Promise<Added | Refused> {
  const bulk = checkBulk(candidate.schema)
  if (bulk.length > 0) return refuseLogged(hub, caller, candidate, refusedFor(bulk))
  const fingerprinted = { ...candidate, fingerprint: fingerprintOf(candidate.schema) }
  for (let attempt = 1; attempt <= mostTries; attempt += 1) {
    const [standing, setting] = await Promise.all([
      readStanding(hub.pool, candidate.dataset.id),
      readSetting(hub.pool, candidate.dataset),
    ])
    const refusal = await refusalOf(hub, fingerprinted, standing, setting)
    if (refusal) return refuseLogged(hub, caller, candidate, refusal)
    const outcome = await insert(hub, caller, fingerprinted, standing.at(-1)?.version ?? 0)
    if (outcome !== 'overtaken') return outcome
  }
  return failure('STATE_CONFLICT', { detail: 'Others keep adding versions. Try again.' })
}

async function refuseLogged(hub: Hub, caller: Caller, candidate: Candidate, refusal: Refused): Promise<Refused> {
  const { outcome } = await hub.accessLog.commitWith(async (_, record) => {
    record({ ...draftOf(caller, candidate, {}), decision: 'refuse', code: refusal.failure })
    return refusal
  })
  return outcome
}

const draftOf = (caller: Caller, { dataset }: Candidate, more: JsonObject) => ({
  kind: 'schema' as const,
  caller: caller.id,
  ...(caller.department && { department: caller.department }),
  datasets: [dataset.id],
  content: { step: 'register', dataset: dataset.id, ...more },
})

/** `newest` is the version up to which the schema was checked. */
async function insert(hub: Hub, caller: Caller, candidate: Fingerprinted, newest: number) {
  const { dataset, schema, fingerprint, references = [] } = candidate
  const { outcome } = await hub.accessLog.commitWith(
    async (tx, record, { read: standing, lockLog }) => {
      const same = standing.find(one => one.fingerprint === fingerprint)
      const registeredBefore = same && (await readVersion(tx, dataset.id, same.version))
      if (registeredBefore) return { registered: registeredBefore, isNew: false }
      if ((standing.at(-1)?.version ?? 0) !== newest) return 'overtaken' as const
      const version = { dataset: dataset.id, schema, fingerprint, references, registeredBy: caller.id, now: hub.now() }
      const registered = await together(tx, () => {
        const inserted = insertVersion(tx, version)
        lockLog()
        return inserted
      })
      const { version: number } = registered
      record({ ...draftOf(caller, candidate, { version: number, fingerprint }), decision: 'permit' })
      return { registered, isNew: true }
    },
    { first: (tx: Transaction) => lockAndRead(tx, dataset.id) },
  )
  return outcome
}

async function lockAndRead(tx: Transaction, dataset: string): Promise<Standing[]> {
  const [, standing] = await Promise.all([lockDataset(tx, dataset), readStanding(tx, dataset)])
  return standing
}

/** Why the hub would not take a schema; undefined where it would, or has it already. */
async function refusalOf(
  hub: Hub,
  candidate: Fingerprinted,
  standing: Standing[],
  setting: Setting,
): Promise<Refused | undefined> {
  const { fingerprint } = candidate
  if (standing.some(one => one.fingerprint === fingerprint)) return undefined
  if (setting.mode === 'READONLY')
    return failure('STATE_CONFLICT', { detail: 'The schema of this dataset is read-only.' })
  const checked = await checkVersion(hub, candidate, setting, { fingerprint, versions: standing })
  return isFailure(checked) ? checked : refusalFor(checked.checked, setting)
}

export function refusalFor(checked: Checked, rules: Rules): Refused | undefined {
  if (checked.verdict === 'compatible') return undefined
  const code = checked.verdict === 'incompatible' ? 'SCHEMA_INCOMPATIBLE' : 'SCHEMA_UNDECIDED'
  return { ...failure(code, { detail: sentenceOf(checked) }), compatibility: explanationOf(checked, rules) }
}
