/**
 * The ledger of papers nobody carried (免提交材料台账): how many proofs departments asked for, how many the hub supplied as
 * data, how many still came on paper and why, and how long an answer took. Made from the log's entries of pulls alone, so
 * that whoever has the log can make it again.
 *
 * A proof is one requirement of one case about one subject. It counts once, as its last pull in the period left it, on the
 * day and in the district of that pull; without a case number every pull is a case of its own. A proof that a
 * condition made needless was not asked for.
 */
import type { Json } from '../contract/canonical-json.ts'

/** Days of the city (UTC+8), `YYYY-MM-DD`, both included. */
export type LedgerPeriod = {
  from: string
  to: string
  matter?: string
  department?: string /** Entries below it. */
  size?: number
}

type LedgerRow = {
  day: string
  department: string
  matter: string
  /** GB/T 2260; null where pulls named none. */
  district: string | null
  pulls: number
  /** From request to answer, of these pulls; nearest rank. Null where no entry says. */
  milliseconds: { median: number | null; p95: number | null }
  /** Asked for: `met` + `open` + all of `paper`. */
  proofs: number
  /** By data, or by data that the department held already. */
  met: number
  /** Left at a question that nobody answered. */
  open: number
  /** By reason; see docs/matters.md. */
  paper: Record<string, number>
}

/** Paper that the hub could have supplied, had the department asked for an agreement, or the subject for a consent. */
type LedgerFlag = {
  department: string
  matter: string
  requirement: string
  datasets: string[]
  code: string
  papers: number
}

type LedgerTotal = { pulls: number; proofs: number; met: number; open: number; paper: Record<string, number> }
export type Ledger = { total: LedgerTotal; rows: LedgerRow[]; flags: LedgerFlag[] }

type Outcome = { id: string; outcome: string; datasets: string[]; reason?: string; code?: string }
type PullEntry = {
  index: number
  at: string
  kind: string
  department: string
  matter: string
  case?: string
  reference: string
  content: { subject: { type: string; id: string }; milliseconds?: number; district?: string; requirements: Outcome[] }
}
type Proof = Outcome & { index: number; group: string; department: string; matter: string }
type Group = Pick<LedgerRow, 'day' | 'department' | 'matter' | 'district'> & { milliseconds: number[]; pulls: number }

/** Takes entries in any order, as the log holds them (parsed); those that do not count are passed over. */
export function openLedger(period: LedgerPeriod): { take(entry: Json): void; close(): Ledger } {
  const groups = new Map<string, Group>()
  const proofs = new Map<string, Proof>()
  return {
    take(entry) {
      if (!isPullForMatter(entry)) return
      const day = dayOf(entry.at)
      if (!isWithin(period, entry, day)) return
      const group = countPull(groups, entry, day)
      for (const outcome of entry.content.requirements) keepLast(proofs, entry, outcome, group)
    },
    close: () => sumUp(groups, [...proofs.values()]),
  }
}

export function ledgerOf(entries: Iterable<Json>, period: LedgerPeriod): Ledger {
  const ledger = openLedger(period)
  for (const entry of entries) ledger.take(entry)
  return ledger.close()
}

function isPullForMatter(entry: Json): entry is Json & PullEntry {
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry)) return false
  const { kind, matter, content } = entry as Partial<PullEntry>
  return kind === 'pull' && typeof matter === 'string' && Array.isArray(content?.requirements)
}

const dayOf = (at: string) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10)

const isWithin = ({ from, to, matter, department, size }: LedgerPeriod, entry: PullEntry, day: string) =>
  from <= day &&
  day <= to &&
  (matter === undefined || entry.matter === matter) &&
  (department === undefined || entry.department === department) &&
  (size === undefined || entry.index < size)

function countPull(groups: Map<string, Group>, { department, matter, content }: PullEntry, day: string): string {
  const { district = null, milliseconds } = content
  const key = JSON.stringify([day, department, matter, district])
  const group = groups.get(key) ?? { day, department, matter, district, milliseconds: [], pulls: 0 }
  group.pulls += 1
  if (milliseconds !== undefined) group.milliseconds.push(milliseconds)
  groups.set(key, group)
  return key
}

function keepLast(proofs: Map<string, Proof>, entry: PullEntry, outcome: Outcome, group: string): void {
  const { index, department, matter, reference } = entry
  const { type, id } = entry.content.subject
  const ofCase = entry.case === undefined ? [null, reference] : [entry.case, null]
  const key = JSON.stringify([department, matter, ...ofCase, type, id, outcome.id])
  const before = proofs.get(key)
  if (!before || before.index < index) proofs.set(key, { ...outcome, index, group, department, matter })
}

function sumUp(groups: Map<string, Group>, proofs: readonly Proof[]): Ledger {
  const asked = proofs.filter(({ outcome }) => outcome !== 'not-needed')
  const ofGroup = Map.groupBy(asked, ({ group }) => group)
  const rows = [...groups].map(([key, { milliseconds, ...group }]) => ({
    ...group,
    milliseconds: { median: rank(milliseconds, 0.5), p95: rank(milliseconds, 0.95) },
    ...count(ofGroup.get(key) ?? []),
  }))
  const pulls = rows.reduce((sum, row) => sum + row.pulls, 0)
  return { total: { pulls, ...count(asked) }, rows: rows.sort(byPlace), flags: flagsOf(asked) }
}

function count(proofs: readonly Proof[]): Omit<LedgerTotal, 'pulls'> {
  const counted = { proofs: proofs.length, met: 0, open: 0, paper: {} as Record<string, number> }
  for (const { outcome, reason = 'unknown' } of proofs) {
    if (outcome === 'met' || outcome === 'held') counted.met += 1
    else if (outcome === 'ask') counted.open += 1
    else counted.paper[reason] = (counted.paper[reason] ?? 0) + 1
  }
  return counted
}

/** The smallest value that at least this share of the values do not exceed. */
function rank(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1] ?? null
}

/** Order 716, Art 7: what sharing can obtain may not be demanded. Nobody asked for the agreement, or for the consent. */
const couldBeSupplied = ({ reason, code }: Outcome): boolean => reason === 'not-shared' || code === 'CONSENT_MISSING'

function flagsOf(proofs: readonly Proof[]): LedgerFlag[] {
  const alike = Map.groupBy(proofs.filter(couldBeSupplied), ({ department, matter, id, datasets, code }) =>
    JSON.stringify([department, matter, id, datasets, code]),
  )
  const flags = [...alike.values()].map(papers => {
    const { department, matter, id: requirement, datasets, code = '' } = papers[0]!
    return { department, matter, requirement, datasets, code, papers: papers.length }
  })
  return flags.sort((one, other) => other.papers - one.papers || compare(placeOf(one), placeOf(other)))
}

const byPlace = (one: LedgerRow, other: LedgerRow) => compare(placeOf(one), placeOf(other))
const placeOf = (row: LedgerRow | LedgerFlag): string =>
  'day' in row
    ? JSON.stringify([row.day, row.department, row.matter, row.district ?? ''])
    : JSON.stringify([row.department, row.matter, row.requirement, row.datasets, row.code])
const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
