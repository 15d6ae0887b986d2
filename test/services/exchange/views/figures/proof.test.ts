/** Keeps out: a rule for the same proof by which proofs that were counted before are counted once more. */
import { expect, test } from '@jest/globals'
import { type MatterPull, proofKey } from '../../../../../services/exchange/views/figures/proof.ts'

const pull = {
  department: 'housing',
  matter: 'transfer',
  case: '沪-"4"\\',
  reference: 'pull-1',
  subject: { type: 'person', id: '11010519491231002X' },
} as MatterPull

test('a proof’s text is what digests of earlier releases were made of', () => {
  const text = '["housing", "transfer", "沪-\\"4\\"\\\\", null, "person", "11010519491231002X", "marriage"]'
  expect(proofKey(pull, 'marriage')).toBe(text)
  expect(proofKey({ ...pull, reference: 'pull-2' }, 'marriage')).toBe(text)
})

test('without a case every pull’s proofs are its own', () => {
  const { case: _, ...caseless } = pull
  const text = (reference: string) =>
    `["housing", "transfer", null, "${reference}", "person", "11010519491231002X", "a"]`
  for (const reference of ['pull-1', 'pull-2']) expect(proofKey({ ...caseless, reference }, 'a')).toBe(text(reference))
})
