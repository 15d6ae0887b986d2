/** Pulls for a matter as the log tells them, with what became of each requirement in a word. */
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import type { Draft } from '../../services/exchange/log/append/access-log.ts'
import { li, zhang } from './log-drafts.ts'

/** `outcomes`: by requirement an outcome, or the reason for which it came on paper. */
export type PullTold = {
  at: string
  case?: string
  subject: string
  department: string
  matter: string
  district?: string
  milliseconds?: number
  outcomes: Record<string, string>
  key: string
}

export const pullTold = (more: Partial<PullTold>): PullTold => ({
  at: '2026-01-01T00:00:00Z',
  subject: 'one',
  department: 'housing',
  matter: 'transfer',
  district: '310115',
  milliseconds: 10,
  outcomes: { a: 'met' },
  key: 'K-1',
  ...more,
})

let made = 0

export function draftOf({ at: _, outcomes, key, subject: who, ...pull }: PullTold): Draft & { content: JsonObject } {
  made += 1
  const { department, matter, district, milliseconds } = pull
  const subject = who === 'one' ? zhang : li
  const reference = `pull-${made}`
  return {
    kind: 'pull',
    reference,
    caller: `${department}/desk`,
    department,
    matter,
    ...(pull.case !== undefined && { case: pull.case }),
    datasets: ['a.x'],
    about: [subject],
    decision: 'permit',
    content: {
      pull: reference,
      purpose: matter,
      subject,
      ...(district !== undefined && { district }),
      ...(milliseconds !== undefined && { milliseconds }),
      requirements: Object.entries(outcomes).map(([id, outcome]) => ({ id, datasets: ['a.x'], ...told(outcome) })),
      results: [{ dataset: 'a.x', decision: 'permit', records: [{ key, version: 1 }] }],
    },
  }
}

const refusals: Record<string, { reason: string; code: string }> = {
  'not-shared': { reason: 'not-shared', code: 'AGREEMENT_MISSING' },
  'no-consent': { reason: 'no-consent', code: 'CONSENT_MISSING' },
  declined: { reason: 'no-consent', code: 'CONSENT_DECLINED' },
  withheld: { reason: 'withheld', code: 'DATASET_WITHHELD' },
}

function told(outcome: string): { outcome: string; reason?: string; code?: string } {
  if (['met', 'held', 'not-needed', 'ask'].includes(outcome)) return { outcome }
  return refusals[outcome] ? { outcome: 'refused', ...refusals[outcome] } : { outcome: 'not-found', reason: outcome }
}
