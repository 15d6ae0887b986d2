import { describe, expect, test } from '@jest/globals'
import type { Catalogue } from '../../../../services/exchange/law/catalogue/catalogue.ts'
import type { Caller } from '../../../../services/exchange/platform/identity/caller.ts'
import { checkPull } from '../../../../services/exchange/pull/check-pull.ts'
import type { PullRequest } from '../../../../services/exchange/pull/pull.ts'
import { datasetOf } from '../../../support/city-department.ts'
import { both, matterOf, requestOf, requirement } from '../../../support/pull-cases.ts'

const permits = datasetOf('a')
const matter = matterOf([requirement('home', [['a.permit'], ['b.lease', 'c.work']])], {
  facts: [
    { id: 'married', title: both('Married'), type: 'boolean' },
    { id: 'floor', title: both('Floor'), type: 'number' },
    { id: 'use', title: both('Use'), type: 'choice', choices: ['home', 'shop'].map(id => ({ id, title: both(id) })) },
  ],
})
const catalogue = {
  dataset: (id: string) => (id === permits.id ? permits : undefined),
  matter: (id: string) => (id === matter.id ? matter : undefined),
  system: (_id: string): undefined => undefined,
} as Catalogue
const caller: Caller = { id: 'office/desk', kind: 'system', department: 'office', roles: ['system'] }
const check = (more: object, by = caller) =>
  checkPull({ ...requestOf(), ...more } as PullRequest, by, catalogue, new Date('2026-03-01T16:00:00Z'))
const dataset = { matter: undefined, dataset: permits.id }

test('a pull for the own matter, with facts and choices that it knows, may be decided', () => {
  const facts = { married: true, floor: 3.5, use: 'shop' }
  const choose = [
    { requirement: 'home', datasets: ['c.work', 'b.lease'] },
    { requirement: 'home', dataset: 'a.permit', key: 'K-1' },
  ]
  expect(check({ facts, choose })).toBe(matter)
  expect(check(dataset)).toBe(undefined)
})

describe('a pull is refused before it is decided', () => {
  test.each<[code: string, pointer: string, more: object]>([
    ['BODY_INVALID', '/matter', { dataset: permits.id }],
    ['BODY_INVALID', '/matter', { matter: undefined }],
    ['BODY_INVALID', '/fields', { fields: ['/number'] }],
    ['BODY_INVALID', '/verify', { verify: [{ field: '/number', present: true }] }],
    ['BODY_INVALID', '/limit', { limit: 3 }],
    ['BODY_INVALID', '/cursor', { cursor: 'IlAtMSI' }],
    ['BODY_INVALID', '/verify', { ...dataset, fields: ['/number'], verify: [{ field: '/number', present: true }] }],
    ['BODY_INVALID', '/facts', { ...dataset, facts: { married: true } }],
    ['BODY_INVALID', '/choose', { ...dataset, choose: [{ requirement: 'home', dataset: 'a.permit', key: 'K' }] }],
    ['SUBJECT_INVALID', '/subject/id', { subject: { type: 'person', id: '110105194912310021' } }],
    ['SUBJECT_INVALID', '/subject/id', { subject: { type: 'organisation', id: '11010519491231002X' } }],
    ['DATASET_UNKNOWN', '/dataset', { matter: undefined, dataset: 'a.nothing' }],
    ['PERIOD_INVALID', '/confidential/until', { confidential: { until: '2026-03-02', authority: 'a', reason: 'b' } }],
    ['MATTER_UNKNOWN', '/matter', { matter: 'nothing' }],
    ['PURPOSE_UNKNOWN', '/purpose', { purpose: 'curiosity' }],
    ['BODY_INVALID', '/facts/rich', { facts: { rich: true } }],
    ['BODY_INVALID', '/facts/married', { facts: { married: 'yes' } }],
    ['BODY_INVALID', '/facts/floor', { facts: { floor: '3' } }],
    ['BODY_INVALID', '/facts/use', { facts: { use: 'farm' } }],
    ['BODY_INVALID', '/choose/0/requirement', { choose: [{ requirement: 'x', datasets: ['a.permit'] }] }],
    ['BODY_INVALID', '/choose/0/datasets', { choose: [{ requirement: 'home', datasets: ['b.lease'] }] }],
    ['BODY_INVALID', '/choose/0/dataset', { choose: [{ requirement: 'home', dataset: 'd.x', key: 'K' }] }],
  ])('with %s at %s', (code, pointer, more) => {
    expect(check(more)).toMatchObject({ failure: code, pointer, detail: expect.any(String) } as object)
  })

  test('where the matter is another department’s, just as if there were none', () => {
    const stranger = { ...caller, department: 'taxation' }
    expect(check({}, stranger)).toEqual(check({ matter: 'nothing' }, stranger))
  })

  test('without a word of what was stated or whom it is about', () => {
    for (const more of [{ facts: { use: 'farm' } }, { subject: { type: 'person', id: '110105194912310021' } }]) {
      expect(JSON.stringify(check(more))).not.toMatch(/farm|110105/)
    }
  })
})
