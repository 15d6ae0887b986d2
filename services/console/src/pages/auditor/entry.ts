/** A log entry as far as the pages show it; the whole shape is in schemas/access-log. */
export type Entry = {
  index: number
  at: string
  kind: string
  caller: string
  decision: string
  code?: string
  department?: string
  official?: string
  case?: string
  matter?: string
  datasets: string[]
  about: { type: string; id: string }[]
  confidentialUntil?: string
  content: { results?: Result[]; alarm?: string; confidential?: Confidential } & Record<string, unknown>
}
type Confidential = { authority: string; reason: string }
export type Result = {
  dataset: string
  decision: string
  code?: string
  basis?: { type: string; provision?: string; consent?: string }
  fields?: string[]
  claims?: string[]
}

export type Outcome = 'permit' | 'partial' | 'refuse' | 'fail'

export const refusedIn = ({ content }: Entry): Result[] =>
  (content.results ?? []).filter(({ decision }) => decision === 'refuse')

/** Of a pull that was given something an entry says `permit`; whether it was all of it stands in its results. */
export const outcomeOf = (entry: Entry): Outcome =>
  entry.decision === 'permit' && refusedIn(entry).length > 0 ? 'partial' : (entry.decision as Outcome)

export const entryKinds = [
  'pull',
  'log-search',
  'citizen-view',
  'correction',
  'agreement',
  'consent',
  'catalogue',
  'schema',
  'matter',
  'key',
  'retention',
  'watch-list',
  'continuation',
  'refusal',
] as const
