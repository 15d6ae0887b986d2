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
    const results = arrayOf(entry.content?.results)
    return { ...entry, about: arrayOf(entry.about), datasets: arrayOf(entry.datasets), results }
  } catch {
    return undefined
  }
}

const arrayOf = (value: unknown) => (Array.isArray(value) ? value.filter(item => item !== null) : [])

/** Of the three ways of a pull and the two of anything else: `partial` where some datasets were given and others refused. */
export function outcomeOf({ kind, decision, results }: IndexedEntry): string {
  const isPartial = kind === 'pull' && decision === 'permit' && results.some(result => result.decision === 'refuse')
  return isPartial ? 'partial' : decision
}
