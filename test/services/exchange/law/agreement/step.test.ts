/** Every step in every state by everybody: what is not in this table is refused and changes nothing. */
import { describe, expect, test } from '@jest/globals'
import { isFailure } from '../../../../../services/contract/failure.ts'
import type { Agreement } from '../../../../../services/exchange/law/agreement/agreement.ts'
import { type AgreementState, agreementStates } from '../../../../../services/exchange/law/agreement/state.ts'
import { type StepName, stepRules } from '../../../../../services/exchange/law/agreement/step-rules.ts'
import { takeStep } from '../../../../../services/exchange/law/agreement/take-step.ts'
import { callerOf, marriage as dataset } from '../../../../support/law-cast.ts'

const now = new Date('2026-03-02T02:00:00Z')
const who = {
  requester: callerOf('natural-resources/title-office'),
  source: callerOf('civil-affairs/steward'),
  authority: callerOf('operator'),
  stranger: callerOf('taxation/steward'),
}
type Who = keyof typeof who

const allowed: [step: StepName, by: Who, from: AgreementState, to: AgreementState][] = [
  ['submit', 'requester', 'draft', 'submitted'],
  ['submit', 'requester', 'supplement-asked', 'submitted'],
  ['supplement', 'source', 'submitted', 'supplement-asked'],
  ['extend', 'source', 'submitted', 'submitted'],
  ['approve', 'source', 'submitted', 'approved'],
  ['reject', 'source', 'submitted', 'rejected'],
  ['provide', 'source', 'approved', 'active'],
  ['suspend', 'source', 'active', 'suspended'],
  ['resume', 'source', 'suspended', 'active'],
  ...(['draft', 'submitted', 'supplement-asked', 'approved', 'active', 'suspended'] as const).flatMap(
    (state): typeof allowed => [
      ['terminate', 'requester', state, 'terminated'],
      ['terminate', 'source', state, 'terminated'],
    ],
  ),
]

const agreementIn = (state: AgreementState): Agreement => ({
  id: 'A1',
  dataset: dataset.id,
  source: 'civil-affairs',
  department: 'natural-resources',
  purpose: 'real-estate-transfer',
  // An expired agreement is stored as it was.
  state: state === 'expired' ? 'active' : state,
  validFrom: new Date('2026-01-01'),
  validUntil: new Date(state === 'expired' ? '2026-02-01' : '2027-01-01'),
  terms: {
    fields: [{ pointer: '/number', use: 'read' }],
    basis: { type: 'consent' },
    scenario: { zh: '测试', en: 'test' },
    method: 'batch-exchange',
  },
  history: [],
  createdAt: now,
  updatedAt: now,
})

const everyCase = (Object.keys(stepRules) as StepName[]).flatMap(step =>
  (Object.keys(who) as Who[]).flatMap(by => agreementStates.map(from => ({ step, by, from }))),
)

test('the table is the whole life: 11 steps, 4 parties, 9 states', () => {
  const found = everyCase.flatMap(({ step, by, from }) => {
    const standing = agreementIn(from)
    const before = structuredClone(standing)
    const taken = takeStep(standing, step, { reason: '理由', missing: ['x'] }, { caller: who[by], dataset, now })
    expect(standing).toEqual(before)
    return isFailure(taken) ? [] : [[step, by, from, taken.state]]
  })
  const sorted = (rows: unknown[]) => rows.map(String).toSorted()
  expect(everyCase).toHaveLength(11 * 4 * 9)
  expect(sorted(found)).toEqual(sorted(allowed))
})

describe('each step', () => {
  test('adds itself to the history, with who took it and why', () => {
    const taken = takeStep(agreementIn('submitted'), 'reject', { reason: '理由' }, { caller: who.source, dataset, now })
    expect(taken).toMatchObject({
      history: [
        {
          step: 'reject',
          at: now.toISOString(),
          by: 'civil-affairs/steward',
          department: 'civil-affairs',
          reason: '理由',
        },
      ],
      updatedAt: now,
    })
  })

  test('an answer to an extension needs one that waits', () => {
    const asked: Agreement = {
      ...agreementIn('submitted'),
      history: [{ step: 'extend', at: now.toISOString(), by: 'civil-affairs/steward' }],
    }
    const by = { caller: who.authority, dataset, now }
    const granted = takeStep(asked, 'grant-extension', {}, by)
    if (isFailure(granted)) throw new Error(granted.detail)
    expect(granted.state).toBe('submitted')
    expect(takeStep(granted, 'grant-extension', {}, by)).toMatchObject({ failure: 'STATE_CONFLICT' })
    expect(takeStep(granted, 'refuse-extension', {}, by)).toMatchObject({ failure: 'STATE_CONFLICT' })
  })
})
