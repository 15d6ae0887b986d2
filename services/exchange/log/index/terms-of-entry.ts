import { type IndexedEntry, outcomeOf, readIndexed } from './indexed-entry.ts'
import { subjectTerm, type Term, type TermKind, termOf } from './term.ts'

/** Values that most entries share: hashed once for many. */
const known = new Map<string, Term>()
const knownMost = 10_000

function sharedTerm(kind: TermKind, value: string): Term {
  const key = `${kind} ${value}`
  const found = known.get(key)
  if (found !== undefined) return found
  const term = termOf(kind, value)
  if (known.size >= knownMost) known.clear()
  known.set(key, term)
  return term
}

/**
 * Everything that an entry is found by, from its canonical JSON; a term may stand in it twice, and none where the text is no
 * entry. A pull that was permitted has no term for it, nor for being a pull: nearly all are.
 */
export function termsOfEntry(text: string): Term[] {
  const entry = readIndexed(text)
  if (!entry) return []
  const terms: Term[] = []
  takeShared(entry, terms)
  takeOwn(entry, terms)
  return terms
}

const shared = ['caller', 'department', 'official', 'matter', 'code'] as const
const own = ['case', 'reference'] as const

function takeShared(entry: IndexedEntry, terms: Term[]): void {
  for (const kind of shared) {
    const value = entry[kind]
    if (value) terms.push(sharedTerm(kind, value))
  }
  for (const dataset of entry.datasets) terms.push(sharedTerm('dataset', dataset))
  const outcome = outcomeOf(entry)
  if (outcome !== 'permit') terms.push(sharedTerm('outcome', outcome))
  if (entry.kind !== 'pull') terms.push(sharedTerm('kind', entry.kind))
}

function takeOwn(entry: IndexedEntry, terms: Term[]): void {
  for (const subject of entry.about) terms.push(subjectTerm(subject))
  for (const kind of own) {
    const value = entry[kind]
    if (value) terms.push(termOf(kind, value))
  }
  for (const { dataset = '', records } of entry.results) {
    if (!Array.isArray(records)) continue
    for (const { key, version } of records) {
      terms.push(termOf('record', dataset, key), termOf('version', dataset, key, `${version}`))
    }
  }
}
