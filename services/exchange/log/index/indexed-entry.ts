/** The members of an entry that it is found by. */
import type { Subject } from '../../../contract/subject.ts'

type Result = { dataset?: string; decision?: string; records?: { key: string; version: number }[] }

export type IndexedEntry = {
  index: number
  at: string
  kind: string
  caller: string
  department?: string
  official?: string
  case?: string
  matter?: string
  reference?: string
  decision: string
  code?: string
  confidentialUntil?: string
  about: Subject[]
  datasets: string[]
  results: Result[]
}

/** Undefined where the text is no entry: whoever owns the database may have put anything in its place. */
export function readIndexed(text: string): IndexedEntry | undefined {
  try {
    const entry = JSON.parse(text)
    if (typeof entry?.kind !== 'string' || typeof entry.at !== 'string') return undefined
    // Written into what was just parsed: a copy of each entry would cost as much as its hashes.
    entry.results = objectsOf(entry.content?.results)
    entry.about = objectsOf(entry.about)
    entry.datasets ??= []
    return Array.isArray(entry.datasets) ? entry : undefined
  } catch {
    return undefined
  }
}

function objectsOf(value: unknown): object[] {
  if (!Array.isArray(value)) return []
  const isObject = (item: unknown) => typeof item === 'object' && item !== null
  return value.every(isObject) ? value : value.filter(isObject)
}

/** Of the three ways of a pull and the two of anything else: `partial` where some datasets were given and others refused. */
export function outcomeOf({ kind, decision, results }: IndexedEntry): string {
  const isPartial = kind === 'pull' && decision === 'permit' && results.some(result => result.decision === 'refuse')
  return isPartial ? 'partial' : decision
}
