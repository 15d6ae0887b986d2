/** Adding a version to a dataset's schema: checked in a thread of its own, then numbered and logged in one transaction. */
import type { JsonObject } from '../../contract/canonical-json.ts'
import { type Failure, failure, isFailure } from '../../contract/failure.ts'
import { checkBulk, sentenceOf as sentenceOfViolations } from '../../contract/schema-guard.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import type { CheckAnswer } from './checking/request.ts'
import { type Checked, type Mode, versionsAsked } from './compatibility/check.ts'
import { explanationOf, type Rules, sentenceOf } from './explanation.ts'
import {
  insertVersion,
  lockDataset,
  readFingerprints,
  readTexts,
  readVersion,
  type StandingText,
} from './schema-store.ts'
import { fingerprintOf, type RegisteredSchema, type SchemaReference } from './schema-version.ts'
import { readSetting } from './setting-store.ts'

export type Candidate = { dataset: Dataset; schema: JsonObject; references?: SchemaReference[] }
export type Added = { registered: RegisteredSchema; isNew: boolean }
/** A refusal for want of compatibility carries what was compared and found. */
export type Refused = Failure & { compatibility?: JsonObject }

/** Somebody else may add a version while this one is checked; then it is checked again, so often. */
const mostTries = 3

/** The same schema again is a no-op that answers the version it already has. */
export async function addVersion(hub: Hub, caller: Caller, candidate: Candidate): Promise<Added | Refused> {
  for (let attempt = 1; ; attempt += 1) {
    const standing = await readTexts(hub.pool, candidate.dataset.id)
    const newest = standing.at(-1)?.version ?? 0
    const refusal = await refusalOf(hub, candidate, standing)
    const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
      const note = noteOf(caller, candidate, record)
      if (refusal) {
        note(refusal)
        return refusal
      }
      return insert(hub, tx, caller, candidate, newest, note)
    })
    if (outcome !== 'overtaken') return outcome
    if (attempt === mostTries) return failure('STATE_CONFLICT', { detail: 'Others keep adding versions. Try again.' })
  }
}

type Note = (failed?: Failure, version?: number) => void

function noteOf(
  caller: Caller,
  { dataset, schema }: Candidate,
  record: Parameters<Parameters<Hub['accessLog']['commitWith']>[0]>[1],
): Note {
  return (failed, version) =>
    record({
      kind: 'schema',
      caller: caller.id,
      ...(caller.department && { department: caller.department }),
      datasets: [dataset.id],
      content: {
        step: 'register',
        dataset: dataset.id,
        ...(version !== undefined && { version }),
        ...(!failed && { fingerprint: fingerprintOf(schema) }),
      },
      decision: failed ? 'refuse' : 'permit',
      ...(failed && { code: failed.failure }),
    })
}

async function insert(hub: Hub, tx: Transaction, caller: Caller, candidate: Candidate, newest: number, note: Note) {
  const { dataset, schema, references = [] } = candidate
  await lockDataset(tx, dataset.id)
  const fingerprint = fingerprintOf(schema)
  const standing = await readFingerprints(tx, dataset.id)
  const same = standing.find(one => one.fingerprint === fingerprint)
  const registeredBefore = same && (await readVersion(tx, dataset.id, same.version))
  if (registeredBefore) return { registered: registeredBefore, isNew: false }
  if ((standing.at(-1)?.version ?? 0) !== newest) return 'overtaken' as const
  const registeredBy = caller.id
  const version = { dataset: dataset.id, schema, fingerprint, references, registeredBy, now: hub.now() }
  const registered = await insertVersion(tx, version)
  note(undefined, registered.version)
  return { registered, isNew: true }
}

/** Why the hub would not take a schema; undefined where it would, or has it already. */
async function refusalOf(hub: Hub, candidate: Candidate, standing: StandingText[]): Promise<Refused | undefined> {
  const bulk = checkBulk(candidate.schema)
  if (bulk.length > 0) return refusedFor(bulk)
  const own = fingerprintOf(candidate.schema)
  if (standing.some(({ fingerprint }) => fingerprint === own)) return undefined
  const setting = await readSetting(hub.pool, candidate.dataset)
  if (setting.mode === 'READONLY')
    return failure('STATE_CONFLICT', { detail: 'The schema of this dataset is read-only.' })
  const checked = await checkVersion(hub, candidate, setting, { versions: standing })
  if (isFailure(checked)) return checked
  return refusalFor(checked.checked, setting)
}

/** What the checking thread says of a schema, against the versions that stand. */
export async function checkVersion(
  hub: Hub,
  { dataset, schema }: Candidate,
  { compatibility, profile }: Rules,
  { records, versions }: { records?: string[]; versions?: { version: number; schema: string }[] } = {},
): Promise<Exclude<CheckAnswer, { violations: unknown }> | Failure> {
  const bulk = checkBulk(schema)
  if (bulk.length > 0) return refusedFor(bulk)
  const answer = await hub.schemas.check({
    dataset: dataset.id,
    schema: JSON.stringify(schema),
    versions: versionsAsked(versions ?? (await readTexts(hub.pool, dataset.id)), compatibility),
    mode: compatibility satisfies Mode,
    profile,
    ...(records && { records }),
  })
  if (answer === 'exhausted') {
    return failure('SCHEMA_UNDECIDED', { detail: 'Checking took too long. Make the schema, or the change, smaller.' })
  }
  return 'violations' in answer ? refusedFor(answer.violations) : answer
}

function refusedFor(violations: Parameters<typeof sentenceOfViolations>[0]): Failure {
  const [first] = violations
  return failure('SCHEMA_REFUSED', {
    pointer: `/schema${first!.pointer}`,
    detail: sentenceOfViolations(violations),
    violations,
  })
}

export function refusalFor(checked: Checked, rules: Rules): Refused | undefined {
  if (checked.verdict === 'compatible') return undefined
  const code = checked.verdict === 'incompatible' ? 'SCHEMA_INCOMPATIBLE' : 'SCHEMA_UNDECIDED'
  return { ...failure(code, { detail: sentenceOf(checked) }), compatibility: explanationOf(checked, rules) }
}
