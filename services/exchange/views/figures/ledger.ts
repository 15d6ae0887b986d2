/**
 * The ledger of papers nobody carried (免提交材料台账): proofs asked for, met by data, still on paper and why. The hub counts
 * in its database; an auditor counts again from the log alone with services/auditor/ledger.ts, which shares no code with
 * this. Rules only.
 */

import Type, { type Static } from 'typebox'
import { startOfCityDay } from '../../../contract/city-time.ts'
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { isMet } from './proof.ts'

/** As counted from the log; days are the city's. */
type Place = { day: string; department: string; matter: string; district: string | null }
export type PullCount = Place & { pulls: number; median: number | null; p95: number | null }

export type ProofCount = Place & {
  requirement: string
  outcome: string
  reason: string | null
  code: string | null
  datasets: string[]
  count: number
}

const count = Type.Integer()
const text = Type.String()
const counts = {
  proofs: Type.Integer({ description: 'Asked for: met + open + all of paper' }),
  met: Type.Integer({ description: 'By data, or by data that the department held already' }),
  open: Type.Integer({ description: 'Left at a question that nobody answered' }),
  paper: Type.Record(text, count, { description: 'Still on paper, by reason; see docs/matters.md' }),
}
const time = Type.Union([count, Type.Null()])
const ledgerRow = Type.Object(
  {
    day: Type.String({ format: 'date' }),
    department: text,
    matter: text,
    district: Type.Union([Type.String({ description: 'GB/T 2260' }), Type.Null()]),
    pulls: count,
    milliseconds: Type.Object({ median: time, p95: time }, { ...closed, description: 'From request to answer' }),
    ...counts,
  },
  closed,
)
const ledgerFlag = Type.Object(
  { department: text, matter: text, requirement: text, datasets: Type.Array(text), code: text, papers: count },
  { ...closed, description: 'Paper that the hub could supply (Order 716, Art 7): nobody asked for the sharing' },
)
const day = Type.String({ format: 'date', description: 'A day of the city, included' })

export const ledgerQuery = Type.Object(
  {
    from: day,
    to: day,
    matter: Type.Optional(Type.String({ minLength: 1, maxLength: 61 })),
    department: Type.Optional(Type.String({ minLength: 1, maxLength: 41 })),
  },
  closed,
)
export const ledgerAnswer = Type.Object(
  {
    ...ledgerQuery.properties,
    size: Type.Integer({ description: 'Entries of the log that were counted: an auditor counts the same' }),
    total: Type.Object({ pulls: count, ...counts }, closed),
    rows: Type.Array(ledgerRow),
    flags: Type.Array(ledgerFlag),
  },
  closed,
)
export type LedgerQuery = Static<typeof ledgerQuery>
type Row = Static<typeof ledgerRow>
type Flag = Static<typeof ledgerFlag>
type Counts = Pick<Row, 'proofs' | 'met' | 'open' | 'paper'>

/** Instants; `end` is not included. */
export type LedgerFilter = { start: Date; end: Date; size: number; matter?: string; department?: string }

const dayLength = 86_400_000
const longest = 92

/** A steward sees the own department; operators and auditors see all. */
export function readQuery(caller: Caller, query: LedgerQuery): Omit<LedgerFilter, 'size'> | Failure {
  const [start, last] = [startOfCityDay(query.from), startOfCityDay(query.to)]
  const days = (last.getTime() - start.getTime()) / dayLength + 1
  if (!(days > 0 && days <= longest)) {
    const words = inWords(
      `Ask for at most ${longest} days, the last not before the first.`,
      `最多查询 ${longest} 天，且截止日期不得早于起始日期。`,
    )
    return failure('LOG_SEARCH_TOO_WIDE', { pointer: '/to', ...words })
  }
  const department = departmentFor(caller, query.department)
  if (isFailure(department)) return department
  const { matter } = query
  return {
    start,
    end: new Date(last.getTime() + dayLength),
    ...(matter && { matter }),
    ...(department && { department }),
  }
}

function departmentFor({ roles, department: own }: Caller, asked: string | undefined): string | undefined | Failure {
  if (roles.includes('operator') || roles.includes('auditor')) return asked
  if (own && (asked === undefined || asked === own)) return own
  return failure('NOT_ALLOWED', {
    pointer: '/department',
    ...inWords('A steward sees the ledger of the own department.', '数据管理员仅可查看本部门的台账。'),
  })
}

export function ledgerOf(pulls: readonly PullCount[], proofs: readonly ProofCount[]) {
  const byPlace = Map.groupBy(proofs, placeOf)
  const rows = pulls.map(({ median, p95, ...pull }): Row => {
    return { ...pull, milliseconds: { median, p95 }, ...countsOf(byPlace.get(placeOf(pull)) ?? []) }
  })
  const asked = pulls.reduce((sum, pull) => sum + pull.pulls, 0)
  return {
    total: { pulls: asked, ...countsOf(proofs) },
    rows: sorted(rows, ({ day, department, matter, district }) => [day, department, matter, district ?? '']),
    flags: flagsOf(proofs),
  }
}

const placeOf = ({ day, department, matter, district }: Omit<PullCount, 'pulls' | 'median' | 'p95'>) =>
  JSON.stringify([day, department, matter, district])

function countsOf(proofs: readonly ProofCount[]): Counts {
  const counts: Counts = { proofs: 0, met: 0, open: 0, paper: {} }
  for (const { outcome, reason, count } of proofs) {
    counts.proofs += count
    if (isMet(outcome)) counts.met += count
    else if (outcome === 'ask') counts.open += count
    else if (reason) counts.paper[reason] = (counts.paper[reason] ?? 0) + count
  }
  return counts
}

/** Order 716, Art 7: what sharing can obtain may not be demanded. Nobody asked for the agreement, or for the consent. */
function flagsOf(proofs: readonly ProofCount[]): Flag[] {
  const flags = new Map<string, Flag>()
  for (const { department, matter, requirement, datasets, reason, code, count } of proofs) {
    if (reason !== 'not-shared' && code !== 'CONSENT_MISSING') continue
    const key = JSON.stringify([department, matter, requirement, datasets, code])
    const flag = flags.get(key) ?? { department, matter, requirement, datasets, code: code ?? '', papers: 0 }
    flags.set(key, { ...flag, papers: flag.papers + count })
  }
  const named = sorted([...flags.values()], flag => [
    flag.department,
    flag.matter,
    flag.requirement,
    flag.datasets,
    flag.code,
  ])
  return named.sort((one, other) => other.papers - one.papers)
}

const sorted = <T>(items: T[], by: (item: T) => unknown): T[] =>
  items.toSorted((one, other) => (JSON.stringify(by(one)) < JSON.stringify(by(other)) ? -1 : 1))
