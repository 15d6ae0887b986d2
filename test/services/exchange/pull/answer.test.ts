import { describe, expect, test } from '@jest/globals'
import type { PullRequest } from '../../../../services/exchange/pull/pull.ts'
import { mostRecords } from '../../../../services/exchange/records/registry/found-record.ts'
import { alice, bob } from '../../../support/city-department.ts'
import {
  consent,
  duty,
  logged,
  matterOf,
  permitOn,
  person,
  recordOf,
  refuse,
  requestOf,
  requirement,
  runPull,
  type World,
} from '../../../support/pull-cases.ts'

const permit = permitOn(duty)
const single = requestOf({ dataset: 'a.deed' })
delete single.matter
describe('a single dataset', () => {
  test('is answered with the agreed fields of every record, and nothing else', () => {
    const told = runPull(single, undefined, {
      decisions: { 'a.deed': permit },
      records: { 'a.deed': [recordOf('K-1')] },
    })
    expect(told.results.map(({ answer }) => answer)).toEqual([
      {
        dataset: 'a.deed',
        decision: 'permit',
        basis: duty,
        records: [{ key: 'K-1', version: 1, status: 'valid', schemaVersion: 1, data: { number: 'K-1' } }],
      },
    ])
  })

  test('is answered whatever the status of its records, which is told', () => {
    const records = [recordOf('K-1', { status: 'revoked' }), recordOf('K-2', { validUntil: '2020-01-01' })]
    const told = runPull(single, undefined, { decisions: { 'a.deed': permit }, records: { 'a.deed': records } })
    expect(told.results[0]!.answer.records!.map(({ key, status }) => [key, status])).toEqual([
      ['K-1', 'revoked'],
      ['K-2', 'valid'],
    ])
  })

  test('has only records valid within the range of data that was consented to', () => {
    const ranged = permitOn(consent, { dataRange: { from: '2024-01-01', until: '2024-12-31' } })
    const records = [
      recordOf('before', { validFrom: '2020-01-01', validUntil: '2023-12-31' }),
      recordOf('reaching-in', { validFrom: '2020-01-01', validUntil: '2024-01-01' }),
      recordOf('open', { validFrom: '2024-12-31' }),
      recordOf('after', { validFrom: '2025-01-01' }),
      recordOf('undated'),
    ]
    const told = runPull(single, undefined, { decisions: { 'a.deed': ranged }, records: { 'a.deed': records } })
    expect(told.results[0]!.answer.records!.map(({ key }) => key)).toEqual(['reaching-in', 'open', 'undated'])
  })

  test(`says that there is more where over ${mostRecords} records match`, () => {
    const records = Array.from({ length: mostRecords + 1 }, (_, n) => recordOf(`K-${n}`))
    const told = runPull(single, undefined, { decisions: { 'a.deed': permit }, records: { 'a.deed': records } })
    expect(told.results[0]!.answer).toMatchObject({ next: expect.any(String), records: { length: mostRecords } })
  })

  test('verifies claims without releasing a field, and tells where there is no record', () => {
    const claims = [
      { field: '/income', atLeast: 5 },
      { field: '/income', atLeast: 8 },
    ]
    const request = { ...single, verify: claims }
    const world = (records: World['records']) => ({
      decisions: { 'a.deed': permitOn(duty, { claims, fields: [] }) },
      records,
    })
    const told = runPull(request, undefined, world({ 'a.deed': [recordOf('K-1')] }) as World)
    expect(told.results[0]!.answer).toMatchObject({
      claims: [
        { field: '/income', answer: true },
        { field: '/income', answer: false },
      ],
    })
    expect(told.results[0]!.answer).not.toHaveProperty('records')
    const none = runPull(request, undefined, world({}) as World)
    expect(none.results[0]!.answer.claims!.map(({ answer }) => answer)).toEqual(['no-record', 'no-record'])
    expect(logged(request, told).content.results).toMatchObject([
      { claims: ['/income', '/income'], records: [{ key: 'K-1', version: 1 }] },
    ])
  })

  test('names versions that the caller keeps without their data, and logs no field for them', () => {
    const held = [{ dataset: 'a.deed', key: 'K-1', version: 1 }]
    const world: World = { decisions: { 'a.deed': permit }, records: { 'a.deed': [recordOf('K-1')] } }
    const told = runPull({ ...single, held }, undefined, world)
    expect(told.results[0]!.answer.records).toEqual([
      { key: 'K-1', version: 1, status: 'valid', schemaVersion: 1, held: true },
    ])
    expect(logged(single, told).content.results).toMatchObject([{ fields: [], records: [{ key: 'K-1', version: 1 }] }])
    const newer = { ...world, records: { 'a.deed': [recordOf('K-1', { sequence: 2 })] } }
    expect(runPull({ ...single, held }, undefined, newer).results[0]!.answer.records).toMatchObject([
      { version: 2, data: { number: 'K-1' } },
    ])
  })
})

describe('a requirement', () => {
  const deed = (more = {}) => matterOf([requirement('deed', [['a.deed']], more)])
  const decisions = { 'a.deed': permit }
  const outcomeOf = (records: ReturnType<typeof recordOf>[], more = {}, request: Partial<PullRequest> = {}) =>
    runPull(requestOf(request), deed(more), { decisions, records: { 'a.deed': records } }).requirements![0]!

  test('is not met by what is revoked or past its last day', () => {
    const [revoked, past] = [recordOf('K-1', { status: 'revoked' }), recordOf('K-2', { validUntil: '2026-03-01' })]
    expect(outcomeOf([revoked, past])).toMatchObject({
      outcome: 'not-found',
      reason: 'not-found',
      datasets: ['a.deed'],
    })
    expect(outcomeOf([recordOf('K-3', { validUntil: '2026-03-02' })]).outcome).toBe('met')
  })

  test('is met by the statuses that it names, and by no other', () => {
    const statuses = ['cancelled']
    expect(outcomeOf([recordOf('K-1', { status: 'cancelled', validUntil: '2020-01-01' })], { statuses }).outcome).toBe(
      'met',
    )
    expect(outcomeOf([recordOf('K-1')], { statuses }).outcome).toBe('not-found')
  })

  test('that wants one record asks which where several are proof, and gives none before it is chosen', () => {
    const records = [recordOf('K-1', { about: [person(alice), person(bob)] }), recordOf('K-2')]
    const world: World = { decisions, records: { 'a.deed': records } }
    const told = runPull(requestOf(), deed({ single: true }), world)
    const choices = ['K-1', 'K-2'].map(key => ({
      requirement: 'deed',
      dataset: 'a.deed',
      key,
      version: 1,
      status: 'valid',
    }))
    expect(told.requirements![0]).toMatchObject({ outcome: 'ask', question: { about: 'record', choices } })
    expect(told.results[0]!.answer.records).toEqual([])
    // That they exist was told, so everyone they are about sees it.
    expect(logged(requestOf(), told)).toMatchObject({
      about: [person(alice), person(bob)],
      content: { results: [{ fields: [], records: [{ key: 'K-1' }, { key: 'K-2' }], about: [0, 1] }] },
    })
    const { requirement: id, dataset, key } = choices[1]!
    const second = runPull(requestOf({ choose: [{ requirement: id, dataset, key }] }), deed({ single: true }), world)
    expect(second.requirements![0]!.outcome).toBe('met')
    expect(second.results[0]!.answer.records!.map(record => record.key)).toEqual(['K-2'])
  })

  test('is not met by another record than the chosen one', () => {
    const choose = [{ requirement: 'deed', dataset: 'a.deed', key: 'K-9' }]
    expect(outcomeOf([recordOf('K-1')], {}, { choose }).outcome).toBe('not-found')
  })

  test('is held where the caller keeps all its proofs in their current version', () => {
    const held = [{ dataset: 'a.deed', key: 'K-1', version: 1 }]
    expect(outcomeOf([recordOf('K-1')], {}, { held }).outcome).toBe('held')
    expect(outcomeOf([recordOf('K-1'), recordOf('K-2')], {}, { held }).outcome).toBe('met')
  })

  test('may leave it to the caller which evidence is used, and reads none before', () => {
    const matter = matterOf([requirement('home', [['a.deed'], ['b.lease']], { askWhich: true })])
    const world: World = {
      decisions: { 'a.deed': permit, 'b.lease': permit },
      records: { 'a.deed': [recordOf('K-1')], 'b.lease': [recordOf('L-1')] },
    }
    const told = runPull(requestOf(), matter, world)
    expect(told.requirements![0]).toMatchObject({
      outcome: 'ask',
      question: {
        about: 'evidence',
        choices: [
          { requirement: 'home', datasets: ['a.deed'] },
          { requirement: 'home', datasets: ['b.lease'] },
        ],
      },
    })
    expect(told.rounds).toMatchObject([{ read: [] }])
    expect(told.results).toEqual([])
    const choose = [{ requirement: 'home', datasets: ['b.lease'] }]
    expect(runPull(requestOf({ choose }), matter, world).requirements![0]).toMatchObject({
      outcome: 'met',
      datasets: ['b.lease'],
    })
  })
})

describe('a paper that has to be carried', () => {
  const paper = (evidence: string[][], world: World) => {
    const told = runPull(requestOf(), matterOf([requirement('proof', evidence)]), world)
    return { ...told.requirements![0]!, shown: told.results.map(({ answer }) => [answer.dataset, answer.code]) }
  }

  test('says why in a word, with the way to be rid of it in both languages', () => {
    const refused = (code: Parameters<typeof refuse>[0]) => paper([['a.x']], { decisions: { 'a.x': refuse(code) } })
    expect(paper([], { decisions: {} })).toMatchObject({ outcome: 'not-found', reason: 'no-source', datasets: [] })
    expect(refused('SUBJECT_TYPE_MISMATCH')).toMatchObject({ outcome: 'refused', reason: 'no-source' })
    expect(refused('DATASET_WITHHELD')).toMatchObject({ outcome: 'refused', reason: 'withheld' })
    expect(refused('AGREEMENT_EXPIRED')).toMatchObject({ outcome: 'refused', reason: 'not-shared' })
    expect(refused('CONSENT_MISSING')).toMatchObject({
      outcome: 'refused',
      reason: 'no-consent',
      code: 'CONSENT_MISSING',
    })
    const lawful: World = { decisions: { 'a.x': permit } }
    expect(paper([['a.x']], lawful)).toMatchObject({ outcome: 'not-found', reason: 'not-found' })
    expect(paper([['a.x']], { ...lawful, silent: ['a.x'] })).toMatchObject({
      outcome: 'not-found',
      reason: 'unavailable',
    })
    for (const { wayOut } of [refused('CONSENT_MISSING'), paper([], { decisions: {} }), paper([['a.x']], lawful)]) {
      expect(wayOut).toMatchObject({ en: expect.stringMatching(/[a-z]/), zh: expect.stringMatching(/\p{Script=Han}/u) })
    }
  })

  test('of several obstacles names the one that is easiest to mend, and the others beside it', () => {
    const decisions = {
      'a.x': refuse('DATASET_WITHHELD'),
      'b.x': refuse('CONSENT_MISSING'),
      'c.x': refuse('AGREEMENT_MISSING'),
    }
    expect(paper([['a.x'], ['b.x'], ['c.x', 'b.x']], { decisions })).toMatchObject({
      outcome: 'refused',
      reason: 'no-consent',
      datasets: ['b.x'],
      alternatives: [
        { datasets: ['a.x'], reason: 'withheld', code: 'DATASET_WITHHELD' },
        { datasets: ['c.x', 'b.x'], reason: 'not-shared', code: 'AGREEMENT_MISSING' },
      ],
    })
  })

  test('that was looked for lawfully is not found, with what other evidence would need', () => {
    const decisions = { 'a.x': permit, 'b.x': refuse('CONSENT_MISSING') }
    expect(paper([['b.x'], ['a.x']], { decisions })).toMatchObject({
      outcome: 'not-found',
      datasets: ['a.x'],
      alternatives: [{ datasets: ['b.x'], reason: 'no-consent' }],
      shown: [['a.x', undefined]],
    })
  })
})
