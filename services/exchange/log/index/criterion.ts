/**
 * A search's demand on an entry, said three ways that belong together: the term that finds it, a text that its canonical JSON
 * must hold (cheap to look for before it is parsed), and what decides.
 */
import { isSameSubject, type Subject } from '../../../contract/subject.ts'
import { type IndexedEntry, outcomeOf, readIndexed } from './indexed-entry.ts'
import { kindsOfTerms, subjectTerm, type Term, type TermKind, termOf } from './term.ts'

export type Criterion = {
  found?: { kind: TermKind; term: Term }
  text?: string
  holds: (entry: IndexedEntry) => boolean
}

export type Member = 'caller' | 'department' | 'official' | 'case' | 'matter' | 'code' | 'reference'

export const hasMember = (kind: Member, value: string): Criterion => ({
  found: { kind, term: termOf(kind, value) },
  text: `"${kind}":${JSON.stringify(value)}`,
  holds: entry => entry[kind] === value,
})

export const isAbout = (subject: Subject): Criterion => ({
  found: { kind: 'subject', term: subjectTerm(subject) },
  text: JSON.stringify(subject.id),
  holds: ({ about }) => about.some(one => isSameSubject(one, subject)),
})

export const hasDataset = (dataset: string): Criterion => ({
  found: { kind: 'dataset', term: termOf('dataset', dataset) },
  text: JSON.stringify(dataset),
  holds: ({ datasets }) => datasets.includes(dataset),
})

/** Pulls, nearly all of the log, have no term. */
export const isOfKind = (kind: string): Criterion => ({
  ...(kind !== 'pull' && { found: { kind: 'kind', term: termOf('kind', kind) } }),
  text: `"kind":${JSON.stringify(kind)}`,
  holds: entry => entry.kind === kind,
})

/** `permit`: all that was asked for was given; it has no term. */
export const endedAs = (outcome: string): Criterion => ({
  ...(outcome !== 'permit' && { found: { kind: 'outcome', term: termOf('outcome', outcome) } }),
  holds: entry => outcomeOf(entry) === outcome,
})

/** Milliseconds: not before `from`, and before `until`. */
export const isWithin = (from: number, until: number): Criterion => ({
  holds: ({ at }) => Date.parse(at) >= from && Date.parse(at) < until,
})

/** Terms that find all that is asked for, rarest kind first. */
export const termsOf = (criteria: readonly Criterion[]): Term[] =>
  criteria
    .flatMap(({ found }) => found ?? [])
    .sort((a, b) => kindsOfTerms.indexOf(a.kind) - kindsOfTerms.indexOf(b.kind))
    .map(({ term }) => term)

/** Text that stands in the canonical JSON of every entry that is asked for. */
export const textsOf = (criteria: readonly Criterion[]): string[] => criteria.flatMap(({ text }) => text ?? [])

/** Says of an entry's canonical JSON whether it is what all criteria ask for. */
export function matcherOf(criteria: readonly Criterion[]): (text: string) => boolean {
  const texts = textsOf(criteria)
  return text => {
    if (!texts.every(part => text.includes(part))) return false
    const entry = readIndexed(text)
    return entry !== undefined && criteria.every(({ holds }) => holds(entry))
  }
}
