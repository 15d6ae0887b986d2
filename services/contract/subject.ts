/**
 * The subject of a record, or of a citizen's token. Type and id are all there is to it: the id names its kind of
 * document where it must (formats/person-id.ts), so that two subjects are the same where both members are.
 */
import { type CodeExceptions, noExceptions } from './code-exceptions.ts'
import { isPersonId } from './formats/person-id.ts'
import { isUscc } from './formats/uscc.ts'

export const subjectTypes = ['person', 'organisation'] as const
/** `{"type": "person", "id": "11010519491231002X"}`; an organisation's id is its GB 32100 code. */
export type Subject = { type: (typeof subjectTypes)[number]; id: string }

/**
 * Every id is checked to its last character, as far as it can be: a typing error must not reach another one's records. `exceptions` are
 * codes that a steward has named as lawful.
 */
export function isSubject(value: unknown, exceptions: CodeExceptions = noExceptions): value is Subject {
  if (typeof value !== 'object' || value === null) return false
  const { type, id } = value as Partial<Record<keyof Subject, unknown>>
  if (typeof id !== 'string') return false
  return (type === 'person' && isPersonId(id)) || (type === 'organisation' && (isUscc(id) || exceptions.has(id)))
}

/** One text for a subject, another for every other: ids hold no blank, no comma and no line break. */
export const subjectKey = ({ type, id }: Subject): string => `${type} ${id}`

/** The subject of a key. */
export function subjectOf(key: string): Subject {
  const [type, id] = key.split(' ')
  return { type: type as Subject['type'], id: id! }
}

export const isSameSubject = (one: Subject | undefined, other: Subject): boolean =>
  one?.type === other.type && one.id === other.id

/** Each subject once, in the order of their first occurrence. */
export const distinctSubjects = (subjects: readonly Subject[]): Subject[] => [
  ...new Map(subjects.map(subject => [subjectKey(subject), subject])).values(),
]
