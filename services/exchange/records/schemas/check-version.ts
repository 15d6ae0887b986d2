/** Asks the checking thread about a schema that might become a version. */
import type { JsonObject } from '../../../contract/canonical-json.ts'
import { type Failure, failure, inWords, type Violation } from '../../../contract/failure.ts'
import { checkBulk, sentenceOf } from '../../../json-schema/schema-guard.ts'
import { versionsAsked } from '../../../schema-compatibility/check.ts'
import type { Dataset } from '../../law/catalogue/dataset.ts'
import type { CheckRequest, Verdicts } from './checking/request.ts'
import type { Rules } from './explanation.ts'
import type { SchemaNeeds } from './needs.ts'
import type { SchemaReference } from './schema-version.ts'
import { readTexts, type StandingVersion } from './standing-store.ts'

export type Candidate = { dataset: Dataset; schema: JsonObject; references?: SchemaReference[] }

/** `fingerprint` where it is to be registered; `listing` where what differs is told of compatible versions too. */
type Asked = { versions: StandingVersion[] } & Pick<CheckRequest, 'records' | 'fingerprint'> &
  Partial<Pick<CheckRequest, 'listing'>>

/** The thread's verdict on a schema, against the versions that stand. */
export async function checkVersion(
  needs: SchemaNeeds,
  { dataset, schema }: Candidate,
  { compatibility, profile }: Rules,
  { versions, listing = 'unless-compatible', ...more }: Asked,
): Promise<Verdicts | Failure> {
  const bulk = checkBulk(schema)
  if (bulk.length > 0) return refusedFor(bulk)
  const answer = await ask(needs, {
    dataset: dataset.id,
    schema: JSON.stringify(schema),
    versions: versionsAsked(versions, compatibility),
    mode: compatibility,
    profile,
    listing,
    ...more,
    ...(more.records && { exceptions: needs.catalogue.exceptions.codes() }),
  })
  if (answer === 'exhausted' || answer === 'unread') {
    return failure('SCHEMA_UNDECIDED', tookTooLong)
  }
  return 'violations' in answer ? refusedFor(answer.violations, answer.converted) : answer
}

/** The texts of earlier versions go to the thread only where it does not know them; one erased meanwhile has none. */
async function ask(needs: SchemaNeeds, request: CheckRequest) {
  const answer = await needs.schemas.check(request)
  if (answer !== 'unread') return answer
  const numbers = request.versions.map(({ version }) => version)
  return needs.schemas.check({ ...request, versions: await readTexts(needs.pool, request.dataset, numbers) })
}

const tookTooLong = inWords(
  'Checking took too long. Make the schema, or the change, smaller.',
  '检查超时，请精简该结构或分步修改。',
)

const wayOut = 'Register what "converted" holds: it says the same in JSON Schema 2020-12 as the hub takes it.'

/** `converted`: the same schema as it would be taken. */
export function refusedFor(violations: Violation[], converted?: JsonObject): Failure {
  const [first] = violations
  return failure('SCHEMA_REFUSED', {
    pointer: `/schema${first!.pointer}`,
    detail: converted ? `${sentenceOf(violations)} ${wayOut}` : sentenceOf(violations),
    violations,
    ...(converted && { converted }),
  })
}
