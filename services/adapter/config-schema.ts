/** The words of an adapter's config file. Closed: a word that is not listed here is an error, never ignored. */

import Type, { type Static } from 'typebox'
import type { Json } from '../contract/canonical-json.ts'
import { recordChanges } from '../contract/envelope.ts'
import { documentKinds } from '../contract/formats/person-id.ts'
import { closed } from '../contract/shapes.ts'

const text = (maxLength: number, description?: string) => Type.String({ minLength: 1, maxLength, description })
const oneOf = <T extends string>(words: readonly T[], description?: string) =>
  Type.Unsafe<T>(
    Type.Union(
      words.map(word => Type.Literal(word)),
      { description },
    ),
  )
const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])
const column = text(200, 'A column by the name that stands in the file’s first line')
const pointer = Type.String({ pattern: '^(/([^~/]|~[01])+)+$', maxLength: 300, description: 'JSON Pointer (RFC 6901)' })
const oneDateFormat = text(40, 'YYYY MM DD HH mm ss SSS Z, one letter (M, D, H, m, s) for one or two digits')
const dateFormat = Type.Union([oneDateFormat, Type.Array(oneDateFormat, { minItems: 1, maxItems: 10 })])

const kindCodes = Type.Record(Type.String(), oneOf(['resident-id', ...documentKinds]), {
  minProperties: 1,
  description: 'Code table: cell → kind of document',
})
const stateCodes = Type.Record(Type.String(), Type.String({ pattern: '^[A-Z]{3}$' }), {
  minProperties: 1,
  description: 'Code table: cell → three letters of ISO 3166-1',
})
const personSchema = Type.Object(
  {
    kind: Type.Optional(Type.Object({ column, codes: kindCodes }, closed)),
    state: Type.Optional(Type.Object({ column, codes: Type.Optional(stateCodes) }, closed)),
  },
  { ...closed, description: 'The cell is a person’s id: written as the hub keeps it, with its kind of document' },
)

/** Where one value of the record comes from, and what is done to it on the way. */
const ruleSchema = Type.Object(
  {
    column: Type.Optional(column),
    constant: Type.Optional(Type.Unsafe<Json>(Type.Unknown())),
    expression: Type.Optional(text(4000, 'JSONata over the row as an object, {column: cell}; slow, for the rare case')),
    codes: Type.Optional(
      Type.Record(Type.String(), scalar, { minProperties: 1, description: 'Code table: cell → value' }),
    ),
    date: Type.Optional(dateFormat),
    number: Type.Optional(Type.Literal(true, { description: 'A decimal number' })),
    person: Type.Optional(personSchema),
    split: Type.Optional(text(10, 'The cell holds several values with this between them; the pointer has a `*`')),
    empty: Type.Optional(oneOf(['omit', 'null'], 'What an empty cell means; omit unless set')),
  },
  closed,
)

const changeSchema = oneOf(recordChanges)

/** Which event a row is. Columns are for files; pointers into the record are for the intake and for programs. */
const eventSchema = Type.Object(
  {
    change: Type.Optional(
      Type.Union([
        changeSchema,
        Type.Object(
          {
            column: Type.Optional(column),
            pointer: Type.Optional(pointer),
            codes: Type.Record(Type.String(), changeSchema, { minProperties: 1 }),
          },
          closed,
        ),
      ]),
    ),
    sequence: Type.Optional(
      Type.Union([
        Type.Literal('file-time'),
        Type.Literal('file-name'),
        Type.Object({ column, date: Type.Optional(dateFormat) }, closed),
        Type.Object({ pointer, date: Type.Optional(dateFormat) }, closed),
      ]),
    ),
    time: Type.Optional(Type.Object({ column, date: dateFormat }, closed)),
  },
  closed,
)

const csvSchema = Type.Object(
  {
    files: text(500, 'A path or a pattern (export/*.csv), relative to the config file'),
    encoding: Type.Optional(oneOf(['utf-8', 'gb18030', 'gbk', 'utf-16le', 'utf-16be', 'big5'], 'utf-8 unless set')),
    delimiter: Type.Optional(
      Type.String({ pattern: '^[^"\\r\\n]$', description: 'One character; a comma unless set' }),
    ),
  },
  closed,
)

const intakeSchema = Type.Object(
  {
    host: Type.Optional(text(100, 'The address to listen on; 127.0.0.1 unless set')),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535, description: '0, or nothing: any free port' })),
  },
  closed,
)

const hubSchema = Type.Object(
  {
    url: Type.Optional(text(300)),
    issuer: Type.Optional(text(300)),
    brokers: Type.Optional(Type.Array(text(200), { minItems: 1, maxItems: 50 })),
    tls: Type.Optional(
      Type.Boolean({ description: 'TLS to the brokers; true unless all of them are on this machine' }),
    ),
  },
  closed,
)

export const configSchema = Type.Object(
  {
    dataset: Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}\\.[a-z][a-z0-9-]{1,60}$' }),
    system: Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}/[a-z][a-z0-9-]{1,40}$' }),
    schemaVersion: Type.Optional(
      Type.Union([Type.Literal('latest'), Type.Integer({ minimum: 1, maximum: 1_000_000 })]),
    ),
    hub: Type.Optional(hubSchema),
    csv: Type.Optional(csvSchema),
    intake: Type.Optional(intakeSchema),
    mapping: Type.Optional(Type.Record(pointer, ruleSchema, { minProperties: 1 })),
    event: Type.Optional(eventSchema),
  },
  { ...closed, title: 'Adapter config' },
)

export type Config = Static<typeof configSchema>
export type Rule = Static<typeof ruleSchema>
export type PersonRule = Static<typeof personSchema>
export type EventRules = Static<typeof eventSchema>
export type CsvSource = Static<typeof csvSchema>
