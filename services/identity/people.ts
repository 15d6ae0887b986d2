/**
 * Sample people: whoever chooses one on the sign-in page is that person, without a password. For local use only; a city
 * lets its people sign in at its own OpenID provider, which the exchange then trusts instead (see docs/operators).
 */

import Type from 'typebox'
import { Check, Errors } from 'typebox/value'
import { anyException } from '../contract/code-exceptions.ts'
import { type Role, roles } from '../contract/role.ts'
import { bilingual, closed } from '../contract/shapes.ts'
import { isSubject, type Subject } from '../contract/subject.ts'
import { subjectSchema } from '../contract/subject-schema.ts'

/** Texts for those who read Chinese and those who read English. */
type Bilingual = { zh: string; en: string }

/** `id` becomes the token's `sub`; `about` says in a few words what this person can do, as the sign-in page shows it. */
export type Person = {
  id: string
  name: Bilingual
  about: Bilingual
  roles: readonly Role[]
  department?: string
  subject?: Subject
  /** `1990-03-07`, where the subject's id tells none: a passport. */
  birthdate?: string
}

const people = Type.Array(
  Type.Object(
    {
      id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
      name: bilingual,
      about: bilingual,
      roles: Type.Array(Type.Enum(roles.filter(role => role !== 'system')), { minItems: 1 }),
      department: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' })),
      subject: Type.Optional(subjectSchema),
      birthdate: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
    },
    closed,
  ),
  { minItems: 1, maxItems: 200 },
)

/** @throws Error naming the place in the file (a JSON Pointer) and what is wrong there, never the ids of subjects. */
export function readPeople(text: string): Person[] {
  const read = parse(text)
  if (!Check(people, read)) {
    const first = Errors(people, read)[0]
    throw new Error(`at ${first?.instancePath || 'the root'}: ${first?.message ?? 'does not fit'}`)
  }
  const found = read as Person[]
  const broken = found.findIndex(({ subject }) => subject && !isSubject(subject, anyException))
  if (broken >= 0) throw new Error(`at /${broken}/subject/id: is no valid id of its type`)
  const ids = found.map(({ id }) => id)
  const twice = ids.findIndex((id, at) => ids.indexOf(id) < at)
  if (twice >= 0) throw new Error(`at /${twice}/id: is used twice`)
  return found
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('is not JSON')
  }
}
