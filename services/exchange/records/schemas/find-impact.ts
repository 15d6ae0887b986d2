/** Effects of a new version, told before it is added. Nothing is stored. */
import type { JsonObject } from '../../../contract/canonical-json.ts'
import { type Failure, isFailure } from '../../../contract/failure.ts'
import { changedFields } from './changed-fields.ts'
import { type Candidate, checkVersion } from './check-version.ts'
import { countUses } from './count-uses.ts'
import { explanationOf } from './explanation.ts'
import type { Publisher, SchemaNeeds } from './needs.ts'
import { readNewest } from './schema-store.ts'
import { readSetting } from './setting-store.ts'
import { readStanding } from './standing-store.ts'
import type { Use } from './uses.ts'

const mostCounted = 100_000
const mostJudged = 2_000
const usedWithinDays = 90

export type Impact = {
  compatibility: JsonObject
  /** `counted` stops at 100,000; `sampled` if not all records were judged. */
  records: {
    counted: number
    judged: number
    sampled: boolean
    rejected: number
    reasons: { pointer: string; keyword: string; records: number }[]
  }
  /** Fields of the catalogue entry that the new version changes, against the newest one. */
  changedFields: string[]
  uses: Use[]
  publishers: Publisher[]
}

export async function impactOf(needs: SchemaNeeds, candidate: Candidate): Promise<Impact | Failure> {
  const { dataset, schema } = candidate
  const setting = await readSetting(needs.pool, dataset)
  const versions = await readStanding(needs.pool, dataset.id)
  const counted = await needs.heldRecords.count(needs.pool, dataset.id, mostCounted)
  const records = await needs.heldRecords.readBodies(needs.pool, dataset.id, mostJudged)
  const answer = await checkVersion(needs, candidate, setting, { records, versions, listing: 'always' })
  if (isFailure(answer)) return answer
  const newest = (await readNewest(needs.pool, [dataset.id])).get(dataset.id)
  const fields = dataset.fields.map(({ pointer }) => pointer)
  const changed = newest ? changedFields(newest, schema, fields) : []
  const since = new Date(needs.now().getTime() - usedWithinDays * 86_400_000)
  const uses = changed.length > 0 ? await countUses(needs.pool, dataset.id, since) : []
  return {
    compatibility: explanationOf(answer.checked, setting),
    records: {
      counted,
      judged: records.length,
      sampled: records.length < counted || counted === mostCounted,
      ...answer.judged,
    },
    changedFields: changed,
    uses: uses.filter(({ field }) => changed.some(one => isWithin(one, field) || isWithin(field, one))),
    publishers: await needs.heldRecords.readPublishers(needs.pool, dataset.id),
  }
}

const isWithin = (outer: string, inner: string) => inner === outer || inner.startsWith(`${outer}/`)
