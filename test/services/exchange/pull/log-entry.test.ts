import { describe, expect, test } from '@jest/globals'
import { alice } from '../../../support/city-department.ts'
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
} from '../../../support/pull-cases.ts'

describe('the log entry of a pull', () => {
  test('holds outcomes, reasons, time and district, and no value of any record or fact', () => {
    const matter = matterOf(
      [
        requirement('deed', [['a.deed']], { when: [[{ fact: 'owners', atLeast: 4711 }]] }),
        requirement('clear', [['b.tax']]),
        requirement('photo', []),
      ],
      { facts: [{ id: 'owners', title: { zh: '人数', en: 'Owners' }, type: 'number' }] },
    )
    const request = requestOf({ facts: { owners: 4712 }, district: '310115' })
    const told = runPull(request, matter, {
      decisions: {
        'a.deed': permitOn(duty, {
          bases: [duty, consent],
          fields: [
            { pointer: '/number', use: 'read' },
            { pointer: '/income', use: 'mask', mask: 'keep-last-4' },
          ],
        }),
        'b.tax': refuse('AGREEMENT_MISSING'),
      },
      records: { 'a.deed': [recordOf('K-1', { body: { number: 'secret-number' } })] },
    })
    const draft = logged(request, told)
    expect(draft).toMatchObject({ decision: 'permit', datasets: ['a.deed', 'b.tax'], matter: 'transfer' })
    expect(draft.content).toEqual({
      pull: 'P-1',
      purpose: 'transfer',
      subject: person(alice),
      milliseconds: 12,
      district: '310115',
      requirements: [
        { id: 'deed', outcome: 'met', datasets: ['a.deed'] },
        { id: 'clear', outcome: 'refused', datasets: ['b.tax'], reason: 'not-shared', code: 'AGREEMENT_MISSING' },
        { id: 'photo', outcome: 'not-found', datasets: [], reason: 'no-source' },
      ],
      results: [
        {
          dataset: 'a.deed',
          decision: 'permit',
          basis: duty,
          bases: [duty, consent],
          fields: ['/number', '/income'],
          masked: ['/income'],
          records: [{ key: 'K-1', version: 1 }],
          about: [0],
        },
        { dataset: 'b.tax', decision: 'refuse', code: 'AGREEMENT_MISSING' },
      ],
    })
    expect(JSON.stringify(draft)).not.toMatch(/secret-number|4712/)
  })

  test('is a refusal where all was refused, and none where there was only a question', () => {
    const matter = matterOf([requirement('clear', [['b.tax']])])
    const told = runPull(requestOf(), matter, { decisions: { 'b.tax': refuse('CONSENT_PAUSED') } })
    expect(logged(requestOf(), told)).toMatchObject({ decision: 'refuse', code: 'CONSENT_PAUSED' })
    const empty = runPull(requestOf(), matterOf([requirement('photo', [])]), { decisions: {} })
    expect(logged(requestOf(), empty).decision).toBe('permit')
  })
})
