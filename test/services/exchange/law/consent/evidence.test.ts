/**
 * Holds: a consent recorded at a counter must name what was signed so that it can be found. "纸质 无" made one active at once.
 */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isFailure } from '../../../../../services/contract/failure.ts'
import { checkEvidence, isReference } from '../../../../../services/exchange/law/consent/evidence.ts'

const now = new Date('2026-03-02T02:00:00Z')
const signed = { form: '沪民授 2026-0042', signedOn: '2026-03-01', keptAt: '3 号窗口档案柜 7-12' }

test.each([
  {},
  { form: 'form 4711', keptAt: 'counter 7, file 12' },
  { form: 'ＡＢ－１２３', keptAt: '档案室 3 柜 5 层' },
  { signedOn: '2026-03-02' },
  { signedOn: '2026-01-31' },
])('a form, its day and its place are taken: %j', more => {
  expect(checkEvidence({ ...signed, ...more }, now)).toBeUndefined()
})

test.each([
  ['/evidence/form', { form: '纸质 无' }],
  ['/evidence/form', { form: 'paper, none' }],
  ['/evidence/form', { form: '见附件' }],
  ['/evidence/form', { form: 'n/a 0' }],
  ['/evidence/form', { form: '000000' }],
  ['/evidence/form', { form: '11' }],
  ['/evidence/form', { form: '１１１１' }],
  ['/evidence/form', { form: '----' }],
  ['/evidence/form', { form: 'form 11010519491231002X' }],
  ['/evidence/form', { form: 'form 110105 19491231 002x' }],
  ['/evidence/keptAt', { keptAt: '纸质 无' }],
  ['/evidence/keptAt', { keptAt: '沪民授２０２６－００４２' }],
  ['/evidence/signedOn', { signedOn: '2026-03-03' }],
  ['/evidence/signedOn', { signedOn: '2026-01-30' }],
])('%s stands for nothing: %j', (pointer, more) => {
  const refused = checkEvidence({ ...signed, ...more }, now)
  expect(refused).toMatchObject({ failure: 'EVIDENCE_INVALID', pointer, detail: expect.any(String) })
  expect(isFailure(refused) && refused.detailZh).toMatch(/。$/)
})

test('no text without a number leads anywhere, however long, and none of two signs', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      expect(isReference(text.normalize('NFKC').replaceAll(/\p{Nd}/gu, ''))).toBe(false)
    }),
  )
  fc.assert(
    fc.property(fc.stringMatching(/^[ab1]{0,2}$/), fc.nat(20), (pair, times) => {
      const two = [...new Set(pair)].slice(0, 2).join('')
      expect(isReference(two.repeat(times))).toBe(false)
    }),
  )
})
