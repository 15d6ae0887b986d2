/** What the checking thread is asked and what it answers: plain data, for it crosses threads. */
import type { Json, JsonObject } from '../../../contract/canonical-json.ts'
import { isFailure, type Violation } from '../../../contract/failure.ts'
import { checkSchema } from '../../../contract/schema-guard.ts'
import { compileGuarded } from '../../../contract/validation.ts'
import { type Checked, checkAgainst, type Mode } from '../compatibility/check.ts'
import type { Profile } from '../compatibility/profiles.ts'

/** Schemas travel as texts: a text is copied quickly, and names what was parsed before. */
export type CheckRequest = {
  dataset: string
  schema: string
  /** The earlier versions, oldest first. */
  versions: { version: number; schema: string }[]
  mode: Mode
  profile: Profile
  /** Records, as JSON texts, to be judged by the schema. */
  records?: string[]
}

export type Judged = { rejected: number; reasons: { pointer: string; keyword: string; records: number }[] }

/** `violations` where the schema is refused on its own; otherwise the verdict against the earlier versions. */
export type CheckAnswer = { violations: Violation[] } | { checked: Checked; judged: Judged }

const parsed = new Map<string, JsonObject>()
const mostParsed = 200

/** The same object for the same text, so that what hangs on it (hashes, validators) is made once. */
function parse(text: string): JsonObject {
  const known = parsed.get(text)
  parsed.delete(text)
  const root = known ?? (JSON.parse(text) as JsonObject)
  parsed.set(text, root)
  if (parsed.size > mostParsed) parsed.delete(parsed.keys().next().value!)
  return root
}

export function answer({ dataset, schema, versions, mode, profile, records = [] }: CheckRequest): CheckAnswer {
  const next = parse(schema)
  const violations = checkSchema(next, { dataset })
  if (violations.length > 0) return { violations }
  const validate = compileGuarded(next)
  if (isFailure(validate)) return { violations: validate.violations ?? [] }
  const earlier = versions.map(({ version, schema: text }) => ({ version, schema: parse(text) }))
  const found = records.map(text => validate(JSON.parse(text) as Json)).filter(rejected => rejected !== undefined)
  return {
    checked: checkAgainst(earlier, next, mode, profile),
    judged: { rejected: found.length, reasons: count(found) },
  }
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
