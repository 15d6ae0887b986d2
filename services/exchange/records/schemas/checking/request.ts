/** Questions to the checking thread and its answers: plain data, for it crosses threads. */
import type { Json, JsonObject } from '../../../../contract/canonical-json.ts'
import { isFailure, type Violation } from '../../../../contract/failure.ts'
import { convertedIfTaken } from '../../../../json-schema/convert-schema.ts'
import { checkSchema } from '../../../../json-schema/schema-guard.ts'
import { compileGuarded } from '../../../../json-schema/validation.ts'
import { type Checked, checkAgainst } from '../../../../schema-compatibility/check.ts'
import type { Listing } from '../../../../schema-compatibility/compare.ts'
import type { Mode } from '../../../../schema-compatibility/mode.ts'
import type { Profile } from '../../../../schema-compatibility/profiles.ts'

/** Schemas travel as texts, which are copied quickly, and earlier ones once: the thread knows them by their fingerprints. */
export type CheckRequest = {
  dataset: string
  schema: string
  /** Where it is to be registered, and soon an earlier version: what the thread is to know it by. */
  fingerprint?: string
  /** The earlier versions, oldest first. */
  versions: Earlier[]
  mode: Mode
  profile: Profile
  listing: Listing
  /** Records, as JSON texts, to be judged by the schema. */
  records?: string[]
  /** Credit codes that are lawful in records though they fail their check. */
  exceptions?: string[]
}

type Earlier = { version: number; fingerprint: string; schema?: string }

type Judged = { rejected: number; reasons: { pointer: string; keyword: string; records: number }[] }

/** `violations` where the schema is refused on its own, `converted` where it would be taken so; otherwise the verdict against the earlier versions. */
export type Verdicts = { checked: Checked; judged: Judged }
/** `unread`: the thread does not know all the earlier versions. Ask again, with their texts. */
type RefusedSchema = { violations: Violation[]; converted?: JsonObject }
export type CheckAnswer = RefusedSchema | Verdicts | 'unread'

const known = new Map<string, JsonObject>()
const mostKnown = 200

/** The same object for the same fingerprint, so that what hangs on it (hashes, validators) is made once. */
function remember(fingerprint: string, root: JsonObject): JsonObject {
  known.delete(fingerprint)
  known.set(fingerprint, root)
  if (known.size > mostKnown) known.delete(known.keys().next().value!)
  return root
}

function recall({ fingerprint, schema }: Earlier): JsonObject | undefined {
  const root = known.get(fingerprint) ?? (schema === undefined ? undefined : (JSON.parse(schema) as JsonObject))
  return root && remember(fingerprint, root)
}

/**
 * A schema that passes the guard compiles: the guard bounds it, and a property test and the JSON Schema organisation's suite hold the
 * guard to it. So it is compiled only to judge records, or to show that one would be lost.
 */
export function answer({
  dataset,
  fingerprint,
  versions,
  mode,
  profile,
  listing,
  records,
  exceptions = [],
  ...asked
}: CheckRequest): CheckAnswer {
  const earlier = versions.flatMap(one => {
    const schema = recall(one)
    return schema ? [{ version: one.version, schema }] : []
  })
  if (earlier.length < versions.length) return 'unread'
  const next = JSON.parse(asked.schema) as JsonObject
  const violations = checkSchema(next, { dataset })
  if (violations.length > 0) {
    const converted = convertedIfTaken(next, { dataset })
    return { violations, ...(converted && { converted }) }
  }
  const validate = records ? compileGuarded(next, new Set(exceptions)) : undefined
  if (isFailure(validate)) return { violations: validate.violations ?? [] }
  const found = (records ?? []).map(text => validate?.(JSON.parse(text) as Json)).filter(one => one !== undefined)
  const checked = checkAgainst(earlier, next, { mode, profile, listing })
  if (fingerprint) remember(fingerprint, next)
  return { checked, judged: { rejected: found.length, reasons: count(found) } }
}

/** The commonest first violations. */
function count(found: Violation[][]): Judged['reasons'] {
  const counts = new Map<string, Judged['reasons'][number]>()
  for (const [first] of found) {
    const pointer = first!.pointer.replaceAll(/\/\d+(?=\/|$)/g, '/*')
    const reason = counts.get(`${pointer} ${first!.keyword}`) ?? { pointer, keyword: first!.keyword, records: 0 }
    reason.records += 1
    counts.set(`${pointer} ${first!.keyword}`, reason)
  }
  return [...counts.values()].toSorted((a, b) => b.records - a.records).slice(0, 20)
}
