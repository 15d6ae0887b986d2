/** Departments and their systems, as PUT takes them. */

import Type, { type Static } from 'typebox'
import type { Right } from '../../../contract/role.ts'
import { rights } from '../../../contract/role.ts'
import { bothUpTo, closed } from '../../../contract/shapes.ts'

const both = bothUpTo(200)
export const departmentId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}$' })
/** A department's name begins the ids of its systems and the topics it may write to: these are the hub's own. */
export const reservedNames: readonly string[] = ['hub', 'access-log']
export const systemName = Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}$' })

export const departmentBody = Type.Object(
  { title: both, creditCode: Type.String({ maxLength: 64, description: 'Unified credit code, GB 32100' }) },
  closed,
)

const base64url = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength })

/** Public keys only: a private member (`d`) is an unknown property here and refused. */
const publicKey = Type.Object(
  {
    kty: Type.Union([Type.Literal('EC'), Type.Literal('OKP')]),
    crv: Type.Union([Type.Literal('P-256'), Type.Literal('Ed25519')]),
    x: base64url(64),
    y: Type.Optional(base64url(64)),
    kid: Type.String({ minLength: 1, maxLength: 100 }),
    alg: Type.Optional(Type.Union([Type.Literal('ES256'), Type.Literal('EdDSA'), Type.Literal('Ed25519')])),
    use: Type.Optional(Type.Literal('sig')),
  },
  closed,
)

export const systemBody = Type.Object(
  {
    title: both,
    jwks: Type.Object({ keys: Type.Array(publicKey, { minItems: 1, maxItems: 5 }) }, closed),
    roles: Type.Optional(
      Type.Array(Type.Union([Type.Literal('system'), Type.Literal('steward')]), { minItems: 1, maxItems: 2 }),
    ),
    rights: Type.Optional(
      Type.Array(Type.Enum([...rights]), {
        maxItems: rights.length,
        uniqueItems: true,
        description: 'What it may do as a system; nothing but reading the catalogue unless given',
      }),
    ),
    active: Type.Optional(Type.Boolean()),
    dpopRequired: Type.Optional(
      Type.Boolean({
        description:
          'Whether its tokens open nothing without a proof of its key (DPoP, RFC 9449); stays as it is unless given, false for a new system',
      }),
    ),
  },
  closed,
)

export type Department = { id: string } & Static<typeof departmentBody>
/** As PUT gives it: without a word about `dpopRequired` that stays as it is. */
export type PutSystem = Omit<System, 'dpopRequired'> & { dpopRequired?: boolean }
export type System = { id: string; department: string; active: boolean } & Required<
  Omit<Static<typeof systemBody>, 'active'>
>

/** As it is named to the subjects of consents. */
export type Party = { id: string; title: { zh: string; en: string }; creditCode: string }

export type SystemStanding = { id: string; active: boolean; rights: readonly Right[]; dpopRequired: boolean }
