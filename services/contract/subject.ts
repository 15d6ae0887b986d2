/** Whom a record is about, or whom a citizen's token stands for. */
export type Subject = { type: 'person' | 'organisation'; id: string }

const shapes: Record<Subject['type'], RegExp> = { person: /^\d{17}[\dX]$/, organisation: /^[0-9A-Z]{18}$/ }

/** A person by a GB 11643 id, an organisation by a GB 32100 code, check characters included. */
export function isSubject(value: unknown): value is Subject {
  if (typeof value !== 'object' || value === null) return false
  const { type, id } = value as Partial<Record<keyof Subject, unknown>>
  if (typeof id !== 'string' || (type !== 'person' && type !== 'organisation')) return false
  return shapes[type].test(id)
}
