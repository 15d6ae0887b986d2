/** An auditor's search filter: the same words in the query string, in a search's body and in the log of it. */

import Type, { type Static } from 'typebox'
import { closed } from '../../../contract/shapes.ts'
import { subjectSchema } from '../../../contract/subject-schema.ts'
import { entryKinds } from '../append/access-log.ts'

const word = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\x00-\\x1f]*$', description }))
const oneOf = <T extends string>(words: readonly T[]) => Type.Unsafe<T>({ type: 'string', enum: [...words] })
const instant = (description: string) => Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description }))

/**
 * How an entry ended, of three ways for a pull: all that it asked for was given, some of it, nothing. The entry itself says
 * `permit` where anything was given, and of each dataset which.
 */
const outcomes = ['permit', 'partial', 'refuse', 'fail'] as const

export const filterFields = {
  kind: Type.Optional(oneOf(entryKinds)),
  system: word('The caller: a system (`department/system`), or a person’s id at the issuer'),
  department: word('Department of the caller'),
  official: word('Official who asked'),
  case: word('Number of the case'),
  matter: word('Public service'),
  dataset: word('A dataset that was asked for'),
  decision: Type.Optional(oneOf(outcomes)),
  code: word('Failure code of a refusal'),
  from: instant('Not before this time'),
  until: instant('Before this time'),
}

/** Subjects' ids never stand in a URL, so `subject` comes in a body only. */
export const searchBody = Type.Object({ ...filterFields, subject: Type.Optional(subjectSchema) }, closed)
export type SearchFilter = Static<typeof searchBody>
