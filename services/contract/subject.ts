import { isResidentId } from './formats/resident-id.ts'
import { isUscc } from './formats/uscc.ts'

/** Whom a record is about, or whom a citizen's token stands for: a person's GB 11643 id or an organisation's GB 32100 code. */
export type Subject = { type: 'person' | 'organisation'; id: string }

/** Both kinds of id are checked to their last character, so that a typing error never reaches another one's records. */
export function isSubject(value: unknown): value is Subject {
  if (typeof value !== 'object' || value === null) return false
  const { type, id } = value as Partial<Record<keyof Subject, unknown>>
  if (typeof id !== 'string') return false
  return (type === 'person' && isResidentId(id)) || (type === 'organisation' && isUscc(id))
}
