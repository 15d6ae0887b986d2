/** Shapes of the room's answers. */
import Type from 'typebox'
import { modes } from '../../../schema-compatibility/mode.ts'
import { profiles } from '../../../schema-compatibility/profiles.ts'
import { violationSchema } from '../../platform/http/problem.ts'
import type { RegisteredSchema, VersionEntry } from './schema-version.ts'
import { writingModes } from './setting.ts'

export const closed = { additionalProperties: false }
export const anyObject = Type.Object({}, { additionalProperties: true })
export const datasetParams = Type.Object({ id: Type.String({ maxLength: 110 }) }, closed)
export const versionParams = Type.Object(
  { ...datasetParams.properties, version: Type.String({ pattern: '^([1-9][0-9]{0,8}|latest)$' }) },
  closed,
)

export const listed = Type.Object(
  {
    id: Type.Integer({ description: 'Global id of the Confluent API' }),
    dataset: Type.String(),
    version: Type.Integer(),
    fingerprint: Type.String({ description: 'SHA-256 of the canonical JSON' }),
    registeredAt: Type.String({ format: 'date-time' }),
    refusedFrom: Type.Optional(
      Type.String({ format: 'date-time', description: 'From then on publishing with this version is refused' }),
    ),
  },
  closed,
)
export const described = Type.Object({ ...listed.properties, schema: anyObject }, closed)

/** As a list has it: without its text. */
export const entryOf = ({ id, dataset, version, fingerprint, registeredAt, refusedFrom }: VersionEntry) => ({
  id,
  dataset,
  version,
  fingerprint,
  registeredAt: registeredAt.toISOString(),
  ...(refusedFrom && { refusedFrom: refusedFrom.toISOString() }),
})

export const describe = (registered: RegisteredSchema) => ({ ...entryOf(registered), schema: registered.schema })

export const settingShape = Type.Object(
  { compatibility: Type.Enum([...modes]), profile: Type.Enum([...profiles]), mode: Type.Enum([...writingModes]) },
  closed,
)

export const verdictShape = Type.Object(
  {
    valid: Type.Boolean(),
    violations: Type.Array(violationSchema),
  },
  closed,
)

const reason = Type.Object({ pointer: Type.String(), keyword: Type.String(), records: Type.Integer() }, closed)
const instant = Type.String({ format: 'date-time' })

export const impactShape = Type.Object(
  {
    compatibility: anyObject,
    records: Type.Object(
      {
        counted: Type.Integer({ description: 'Retained records; counting stops at 100,000' }),
        judged: Type.Integer(),
        sampled: Type.Boolean({
          description: 'Whether only some of the records were judged, from both ends of the keys',
        }),
        rejected: Type.Integer({ description: 'Of those judged, how many the new version would reject' }),
        reasons: Type.Array(reason),
      },
      closed,
    ),
    changedFields: Type.Array(Type.String(), { description: 'Against the newest version' }),
    uses: Type.Array(
      Type.Object({ department: Type.String(), field: Type.String(), pulls: Type.Integer(), latest: instant }, closed),
      { description: 'Who pulled a changed field in the last 90 days, by the access log' },
    ),
    publishers: Type.Array(
      Type.Object({ system: Type.String(), version: Type.Integer(), records: Type.Integer(), latest: instant }, closed),
      { description: 'Who published the retained records, and with which version' },
    ),
  },
  closed,
)
