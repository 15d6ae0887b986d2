/** A dataset as the catalogue knows it: what PUT /v1/datasets/{id} takes and every other room reads. */

import Type, { type Static } from 'typebox'
import { bothUpTo, closed } from '../../../contract/shapes.ts'
import { modes } from '../../../schema-compatibility/mode.ts'

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const both = bothUpTo(2000)
const pointer = Type.String({ pattern: '^(/[^/]+)+$', maxLength: 300, description: 'JSON Pointer; `*` is every item' })

const sharingSchema = Type.Union([
  Type.Object({ type: Type.Literal('unconditional') }, closed),
  Type.Object({ type: Type.Literal('conditional'), scope: both, use: both }, closed),
  Type.Object({ type: Type.Literal('withheld'), law: text(500) }, closed),
])

/** As it is sent: whether it is lawful is for lawful.ts to say, with the article. */
const stated = Type.Object({ zh: Type.Optional(text(2000)), en: Type.Optional(text(2000)) }, closed)
export const statedSharingSchema = Type.Object(
  {
    type: Type.Enum(['unconditional', 'conditional', 'withheld']),
    scope: Type.Optional(stated),
    use: Type.Optional(stated),
    law: Type.Optional(text(500)),
  },
  { ...closed, description: 'conditional states scope and use; withheld cites a law' },
)

const fieldSchema = Type.Object(
  {
    pointer,
    title: both,
    classification: Type.Union([
      Type.Literal('general'),
      Type.Literal('personal'),
      Type.Literal('sensitive'),
      Type.Literal('core'),
    ]),
  },
  closed,
)

export const datasetSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}\\.[a-z][a-z0-9-]{1,60}$' }),
    department: Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}$' }),
    title: both,
    description: both,
    format: Type.Union([Type.Literal('structured'), Type.Literal('document')]),
    sharing: sharingSchema,
    sharingMethod: Type.Union([
      Type.Literal('service-interface'),
      Type.Literal('batch-exchange'),
      Type.Literal('file-download'),
    ]),
    basis: Type.Union([Type.Literal('statutory-duty'), Type.Literal('consent')]),
    key: pointer,
    subjects: Type.Array(
      Type.Object(
        {
          type: Type.Union([Type.Literal('person'), Type.Literal('organisation')]),
          id: pointer,
          role: text(40),
          name: Type.Optional({ ...pointer, description: 'JSON Pointer of their name, where the record has it' }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 20 },
    ),
    validity: Type.Optional(Type.Object({ from: Type.Optional(pointer), until: Type.Optional(pointer) }, closed)),
    fields: Type.Array(fieldSchema, { minItems: 1, maxItems: 300 }),
    updateCycle: Type.Union([
      Type.Literal('realtime'),
      Type.Literal('daily'),
      Type.Literal('weekly'),
      Type.Literal('monthly'),
      Type.Literal('quarterly'),
      Type.Literal('yearly'),
    ]),
    compatibility: Type.Optional(Type.Enum([...modes])),
    securityLevel: Type.Integer({ minimum: 1, maximum: 4 }),
  },
  { ...closed, $id: 'Dataset', title: 'Dataset' },
)

export type Dataset = Static<typeof datasetSchema>
export type StatedSharing = Static<typeof statedSharingSchema>
