/** Reads a schema sent to this API into a candidate. */

import Type, { type Static } from 'typebox'
import { isObject } from '../../../../contract/canonical-json.ts'
import { sentenceOfFlaw } from '../../../../contract/json-flaws.ts'
import { readJson } from '../../../../contract/read-json.ts'
import { closed } from '../../../../contract/shapes.ts'
import type { Dataset } from '../../../law/catalogue/dataset.ts'
import type { Candidate } from '../check-version.ts'
import type { SchemaNeeds } from '../needs.ts'
import { bundle } from './bundle.ts'
import { type ConfluentError, confluentError, isConfluentError } from './error.ts'
import { pickVersion, readText, subjectOf, versionsOf } from './find-subject.ts'
import { firstKept, unkept } from './unkept.ts'

const orNull = <T extends Type.TSchema>(type: T) => Type.Optional(Type.Union([Type.Null(), type]))

/** Tags and rules are things of Confluent's data contracts. look-up.ts judges what a body says of itself. */
const notKept = ['metadata', 'ruleSet', 'schemaTagsToAdd', 'schemaTagsToRemove', 'propagateSchemaTags'] as const

export const schemaBody = Type.Object(
  {
    schema: Type.String({ maxLength: 1_000_000 }),
    schemaType: orNull(Type.String()),
    references: orNull(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ minLength: 1, maxLength: 300 }),
            subject: Type.String({ maxLength: 200 }),
            version: Type.Integer({ minimum: -1 }),
          },
          closed,
        ),
        { maxItems: 50 },
      ),
    ),
    subject: orNull(Type.String({ maxLength: 300 })),
    id: orNull(Type.Integer()),
    version: orNull(Type.Integer()),
    guid: orNull(Type.String({ maxLength: 100 })),
    ...unkept(notKept),
  },
  closed,
)
export type SchemaBody = Static<typeof schemaBody>

export async function readCandidate(
  needs: SchemaNeeds,
  dataset: Dataset,
  body: SchemaBody,
): Promise<Candidate | ConfluentError> {
  if (body.schemaType !== 'JSON') {
    return confluentError(42201, 'only "schemaType": "JSON" is kept here; without it, AVRO is meant.')
  }
  const kept = firstKept(body, notKept)
  if (kept) return confluentError(42201, `/${kept} is not kept here. Leave it out.`)
  const read = readJson(body.schema)
  if (read.flaws) return confluentError(42201, `${sentenceOfFlaw(read.flaws[0]!)}.`)
  const schema = read.value
  if (!isObject(schema)) return confluentError(42201, 'it is no JSON object.')
  const referenced = []
  for (const { name, subject, version } of body.references ?? []) {
    const versions = await versionsOf(needs, subject)
    const picked = isConfluentError(versions) ? versions : pickVersion(versions, String(version))
    const found = isConfluentError(picked) ? picked : await readText(needs, picked)
    if (isConfluentError(found)) return confluentError(42201, `it refers to ${subject}: ${found.message}`)
    referenced.push({ name, subject: subjectOf(found.dataset), version: found.version, schema: found.schema })
  }
  const references = referenced.map(({ name, subject, version }) => ({ name, subject, version }))
  return { dataset, schema: bundle(schema, referenced), references }
}
