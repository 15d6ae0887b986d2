/** The ledger's question and answer. */
import Type, { type Static } from 'typebox'
import { closed } from '../../../contract/shapes.ts'

const count = Type.Integer()
const text = Type.String()
const counts = {
  proofs: Type.Integer({ description: 'Asked for: met + open + all of paper' }),
  met: Type.Integer({ description: 'By data, or by data that the department held already' }),
  open: Type.Integer({ description: 'Left at a question that nobody answered' }),
  paper: Type.Record(text, count, { description: 'Still on paper, by reason; see docs/matters.md' }),
}
const time = Type.Union([count, Type.Null()])
const ledgerRow = Type.Object(
  {
    day: Type.String({ format: 'date' }),
    department: text,
    matter: text,
    district: Type.Union([Type.String({ description: 'GB/T 2260' }), Type.Null()]),
    pulls: count,
    milliseconds: Type.Object({ median: time, p95: time }, { ...closed, description: 'From request to answer' }),
    ...counts,
  },
  closed,
)
const ledgerFlag = Type.Object(
  { department: text, matter: text, requirement: text, datasets: Type.Array(text), code: text, papers: count },
  { ...closed, description: 'Paper that the hub could supply (Order 716, Art 7): nobody asked for the sharing' },
)
const day = Type.String({ format: 'date', description: 'A day of the city, included' })

export const ledgerQuery = Type.Object(
  {
    from: day,
    to: day,
    matter: Type.Optional(Type.String({ minLength: 1, maxLength: 61 })),
    department: Type.Optional(Type.String({ minLength: 1, maxLength: 41 })),
  },
  closed,
)
export const ledgerAnswer = Type.Object(
  {
    ...ledgerQuery.properties,
    size: Type.Integer({ description: 'Entries of the log that were counted: an auditor counts the same' }),
    total: Type.Object({ pulls: count, ...counts }, closed),
    rows: Type.Array(ledgerRow),
    flags: Type.Array(ledgerFlag),
  },
  closed,
)
export type LedgerQuery = Static<typeof ledgerQuery>
export type Row = Static<typeof ledgerRow>
export type Flag = Static<typeof ledgerFlag>
export type Counts = Pick<Row, 'proofs' | 'met' | 'open' | 'paper'>
export type Ledger = Pick<Static<typeof ledgerAnswer>, 'total' | 'rows' | 'flags'>
