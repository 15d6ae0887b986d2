/** An agreement (共享授权): a share request, its answer, and what it lets the requesting department do. */

import Type, { type Static } from 'typebox'
import { bothUpTo, closed } from '../../../contract/shapes.ts'
import { masks } from './mask.ts'
import type { AgreementState } from './state.ts'
import type { Step } from './step-rules.ts'

const code = Type.String({ pattern: '^[a-z][a-z0-9-]{1,60}$' })
const pointer = Type.String({ pattern: '^(/[^/]+)+$', maxLength: 300 })

/** Per field: read as it is, read through a mask, or only verified by claims. A field that may be read may be verified too. */
const agreedFieldSchema = Type.Union([
  Type.Object({ pointer, use: Type.Literal('read') }, closed),
  Type.Object({ pointer, use: Type.Literal('verify') }, closed),
  Type.Object({ pointer, use: Type.Literal('mask'), mask: Type.Enum([...masks]) }, closed),
])
export const agreedFieldsSchema = Type.Array(agreedFieldSchema, { minItems: 1, maxItems: 300 })

const legalBasisSchema = Type.Union([
  Type.Object(
    { type: Type.Literal('statutory-duty'), provision: Type.String({ minLength: 2, maxLength: 500 }) },
    closed,
  ),
  Type.Object({ type: Type.Literal('consent') }, closed),
])

/**
 * The longest that an access may be kept from its subject. No law names a time; two years are well under the three for which
 * entries of the log are kept at least (Order 809, Art 29), so that each has appeared before it may be removed.
 */
export const mostConfidentialDays = 730

/** Accesses may be kept from the subject for a time, where a law says so (PIPL, Art 18 and 35). */
const confidentialitySchema = Type.Object(
  {
    provision: Type.String({ minLength: 2, maxLength: 500, description: 'The law that says so, with its article' }),
    days: Type.Integer({ minimum: 1, maximum: mostConfidentialDays, description: 'For how long at most' }),
  },
  { ...closed, description: 'A pull may keep its entry from the subject until a day (PIPL, Art 18 and 35)' },
)

/** Contents of a share request: basis, scenario, scope, method and time limit (Order 809, Art 20). */
export const termsSchema = Type.Object(
  {
    fields: agreedFieldsSchema,
    basis: legalBasisSchema,
    scenario: bothUpTo(2000, { description: 'In which procedure the data is used' }),
    method: Type.Union([
      Type.Literal('service-interface'),
      Type.Literal('batch-exchange'),
      Type.Literal('file-download'),
    ]),
    matters: Type.Optional(Type.Array(code, { minItems: 1, maxItems: 100, description: 'Only for these matters' })),
    demands: Type.Optional(
      Type.Object(
        { case: Type.Boolean(), official: Type.Boolean() },
        { ...closed, description: 'Whether a pull must name its case and who asks; both where absent' },
      ),
    ),
    dataLife: Type.Optional(
      Type.String({ pattern: '^P[1-9]\\d{0,3}[DMY]$', description: 'ISO 8601 duration the receiver keeps the data' }),
    ),
    confidentiality: Type.Optional(confidentialitySchema),
  },
  closed,
)

export type AgreedField = Static<typeof agreedFieldSchema>
export type Terms = Static<typeof termsSchema>

/** As far as a decision needs it. Instants are half open: in force from `validFrom` until before `validUntil`. */
export type AgreementInForce = {
  id: string
  dataset: string
  /** The requesting department. */
  department: string
  purpose: string
  /** As stored; `standingOf` says what it means now. */
  state: AgreementState
  validFrom: Date
  validUntil: Date
  terms: Terms
}

/** The whole of it. */
export type Agreement = AgreementInForce & {
  /** The department that is the source of the dataset. */
  source: string
  /** Every step, oldest first. */
  history: Step[]
  createdAt: Date
  updatedAt: Date
}

/** Expiry needs nobody to notice it: it is read off the clock. */
export function standingOf(
  { state, validFrom, validUntil }: Pick<AgreementInForce, 'state' | 'validFrom' | 'validUntil'>,
  now: Date,
): AgreementState {
  const lives = state === 'approved' || state === 'active' || state === 'suspended'
  if (lives && now >= validUntil) return 'expired'
  if (state === 'active' && now < validFrom) return 'approved'
  return state
}
