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
  return entry ? [...sharedTerms(entry), ...ownTerms(entry)] : []
}

function sharedTerms(entry: IndexedEntry): Term[] {
  const terms = entry.datasets.map(dataset => sharedTerm('dataset', String(dataset)))
  const shared = { caller: entry.caller, department: entry.department, official: entry.official, matter: entry.matter }
  for (const [kind, value] of Object.entries(shared)) if (value) terms.push(sharedTerm(kind as TermKind, String(value)))
  const outcome = outcomeOf(entry)
  if (outcome !== 'permit') terms.push(sharedTerm('outcome', String(outcome)))
  if (entry.code) terms.push(sharedTerm('code', String(entry.code)))
  if (entry.kind !== 'pull') terms.push(sharedTerm('kind', entry.kind))
  return terms
}

function ownTerms(entry: IndexedEntry): Term[] {
  const terms = entry.about.map(subjectTerm)
  if (entry.case) terms.push(termOf('case', String(entry.case)))
  if (entry.reference) terms.push(termOf('reference', String(entry.reference)))
  for (const { dataset = '', records } of entry.results) {
    for (const { key, version } of Array.isArray(records) ? records : []) {
      terms.push(termOf('record', dataset, key), termOf('version', dataset, key, String(version)))
    }
  }
  return terms
}
