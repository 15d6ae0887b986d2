/** The overview's counts of pulls: flows between departments, fields that were read, proofs. Folds; rules only. */
import { hash } from 'node:crypto'
import type { LoggedPull, PullResult } from '../../log/reading/pull-entry.ts'
import { asksForProofs, isMet, proofKey } from './proof.ts'

/** `department` and `matter` are '' where the pull named none. */
export type FlowCount = {
  day: string
  dataset: string
  department: string
  matter: string
  permits: number
  refusals: number
  lastAt: Date
}
export type FieldCount = { dataset: string; department: string; field: string; reads: number; lastAt: Date }

/** A proof as its newest pull left it. `digest`: SHA-256 of its key as hexadecimal digits. */
export type ProofLeft = { digest: string; day: string; matter: string; met: boolean }

export type FlowCounts = { take(pull: LoggedPull): void; flows(): FlowCount[]; fields(): FieldCount[] }

/** Takes pulls in any order. */
export function openFlows(): FlowCounts {
  const flows = new Map<string, FlowCount>()
  const fields = new Map<string, FieldCount>()
  return {
    take(pull) {
      for (const result of pull.results) {
        countFlow(flows, pull, result)
        if (result.decision === 'permit') countFields(fields, pull, result)
      }
    },
    flows: () => [...flows.values()],
    fields: () => [...fields.values()],
  }
}

function countFlow(flows: Map<string, FlowCount>, pull: LoggedPull, { dataset, decision }: PullResult): void {
  const { day, department, matter = '', at } = pull
  const key = JSON.stringify([day, dataset, department, matter])
  const flow = flows.get(key) ?? { day, dataset, department, matter, permits: 0, refusals: 0, lastAt: at }
  flows.set(key, flow)
  if (decision === 'permit') flow.permits += 1
  else flow.refusals += 1
  flow.lastAt = later(flow.lastAt, at)
}

/** Fields of no record were not read. */
function countFields(counts: Map<string, FieldCount>, { department, at }: LoggedPull, result: PullResult): void {
  const { dataset, fields, claims, records = [] } = result
  if (records.length === 0) return
  for (const field of fields ?? claims ?? []) {
    const key = JSON.stringify([dataset, department, field])
    const count = counts.get(key) ?? { dataset, department, field, reads: 0, lastAt: at }
    counts.set(key, count)
    count.reads += 1
    count.lastAt = later(count.lastAt, at)
  }
}

const later = (one: Date, other: Date) => (one > other ? one : other)

export type ProofsLeft = { take(pull: LoggedPull): void; proofs(): ProofLeft[] }

/** Takes pulls in the order of the log: the newest one of a proof counts. */
export function openProofs(): ProofsLeft {
  const proofs = new Map<string, ProofLeft>()
  return {
    take(pull) {
      if (!asksForProofs(pull)) return
      const { day, matter } = pull
      for (const { id, outcome } of pull.requirements) {
        const digest = hash('sha256', proofKey(pull, id))
        proofs.set(digest, { digest, day, matter, met: isMet(outcome) })
      }
    },
    proofs: () => [...proofs.values()],
  }
}
