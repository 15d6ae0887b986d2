/** Small values for the rules of pulls: decisions, records, matters. */

import type { Matter, Requirement } from '../../services/exchange/law/catalogue/matter.ts'
import type { Basis, Decision, Permit } from '../../services/exchange/law/decision/decision.ts'
import { type RefusalCode, refuseWith } from '../../services/exchange/law/decision/refusal.ts'
import { answerPull } from '../../services/exchange/pull/answer.ts'
import { draftOfPull } from '../../services/exchange/pull/log-entry.ts'
import { takeRecords, toDecide, toRead } from '../../services/exchange/pull/next-reads.ts'
import { beginPull, type Progress } from '../../services/exchange/pull/progress.ts'
import type { PullRequest } from '../../services/exchange/pull/pull.ts'
import type { FoundRecord } from '../../services/exchange/records/registry/found-record.ts'
import { alice } from './city-department.ts'

export const now = new Date('2026-03-02T02:00:00Z')
export const both = (text: string) => ({ zh: text, en: text })

export const duty: Basis = { type: 'statutory-duty', agreement: 'a-1', provision: '《测试法》第一条' }
export const consent: Basis = { type: 'consent', agreement: 'a-2', consent: 'c-1' }

export const permitOn = (basis: Basis, more: Partial<Permit> = {}): Permit => ({
  decision: 'permit',
  basis,
  bases: [basis],
  fields: [{ pointer: '/number', use: 'read' }],
  claims: [],
  withheldFields: [],
  ...more,
})
export const refuse = (code: RefusalCode) => refuseWith(code)

export const recordOf = (key: string, more: Partial<FoundRecord> = {}): FoundRecord => ({
  key,
  sequence: 1,
  status: 'valid',
  schemaVersion: 1,
  validFrom: null,
  validUntil: null,
  body: { number: key, income: 7 },
  about: [{ type: 'person', id: alice }],
  ...more,
})

export const requirement = (id: string, evidence: string[][], more: Partial<Requirement> = {}): Requirement => ({
  id,
  title: both(id),
  evidence,
  ...more,
})

export const matterOf = (requirements: Requirement[], more: Partial<Matter> = {}): Matter => ({
  id: 'transfer',
  title: both('transfer'),
  department: 'office',
  purpose: { code: 'transfer', title: both('transfer') },
  requirements,
  ...more,
})

export const requestOf = (more: Partial<PullRequest> = {}): PullRequest => ({
  matter: 'transfer',
  subject: { type: 'person', id: alice },
  purpose: 'transfer',
  case: '2026-1',
  official: 'u-1',
  ...more,
})

/** The world's records, for a pull that runs on rules alone; of several decisions each is made once, in their order. */
export type World = {
  decisions: Record<string, Decision | Decision[]>
  records?: Record<string, FoundRecord[]>
  silent?: string[]
}

/** Runs a pull to its end; `rounds` tells what was decided and what was read in each. */
export function runPull(request: PullRequest, matter: Matter | undefined, world: World) {
  const progress: Progress = beginPull(request, matter, now)
  const rounds: { decided: string[]; read: string[] }[] = []
  for (;;) {
    const decided = toDecide(progress)
    if (decided.length === 0) break
    const read = toRead(progress, new Map(decided.map(dataset => [dataset, decide(world, dataset)])))
    rounds.push({ decided, read })
    takeRecords(progress, new Map(read.map(dataset => [dataset, world.records?.[dataset] ?? []])))
    if (rounds.length > 50) throw new Error('the pull never ends')
  }
  return { progress, rounds, ...answerPull(progress, new Set(world.silent)) }
}

function decide({ decisions }: World, dataset: string): Decision {
  const decision = decisions[dataset]!
  return Array.isArray(decision) ? decision.shift()! : decision
}

export const person = (id: string) => ({ type: 'person' as const, id })
const caller = { id: 'office/desk', kind: 'system' as const, department: 'office', roles: ['system' as const] }

/** The log entry of such a pull. */
export const logged = (request: PullRequest, told: ReturnType<typeof runPull>) =>
  draftOfPull({ id: 'P-1', caller, request, milliseconds: 12 }, told)
