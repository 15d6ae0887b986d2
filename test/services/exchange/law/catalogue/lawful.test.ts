import { expect, test } from '@jest/globals'
import type { Dataset, StatedSharing } from '../../../../../services/exchange/law/catalogue/dataset.ts'
import { checkLawful } from '../../../../../services/exchange/law/catalogue/lawful.ts'
import { datasets } from '../../../../schemas/sample-catalogue.ts'
import { datasetOf } from '../../../../support/city-department.ts'

const both = { zh: '全市', en: 'the city' }
const check = (sharing: StatedSharing, more: object = {}) => checkLawful({ ...datasetOf('taxation'), sharing, ...more })

const sharings: [lawful: string, article: string, pointer: string, sharing: StatedSharing][] = [
  ['withheld without a law', '14–15', '/sharing/law', { type: 'withheld' }],
  ['withheld by something that is no law', '14–15', '/sharing/law', { type: 'withheld', law: '内部规定' }],
  ['withheld with a scope', '14–15', '/sharing', { type: 'withheld', law: '《税收征收管理法》', scope: both }],
  ['conditional without scope', '14–15', '/sharing/scope', { type: 'conditional', use: both }],
  ['conditional without use', '14–15', '/sharing/use', { type: 'conditional', scope: both }],
  [
    'conditional with a scope in one language',
    '14–15',
    '/sharing/scope',
    { type: 'conditional', scope: { zh: '全市' }, use: both },
  ],
  [
    'conditional with a blank use',
    '14–15',
    '/sharing/use',
    { type: 'conditional', scope: both, use: { zh: ' ', en: ' ' } },
  ],
  [
    'conditional citing a law',
    '14–15',
    '/sharing/law',
    { type: 'conditional', scope: both, use: both, law: '《档案法》' },
  ],
  ['unconditional with a scope', '15', '/sharing/scope', { type: 'unconditional', scope: both }],
  ['unconditional with a use', '15', '/sharing/use', { type: 'unconditional', use: both }],
]
test.each(sharings)('%s is refused under Art %s at %s', (_what, article, pointer, sharing) => {
  expect(check(sharing)).toEqual({
    failure: 'CATALOGUE_UNLAWFUL',
    pointer,
    detail: expect.stringMatching(new RegExp(`^Order 809, Art ${article}: `)),
    detailZh: expect.stringMatching(/^《政务数据共享条例》第.+条：.+。$/),
  })
})

test.each<StatedSharing>([
  { type: 'unconditional' },
  { type: 'conditional', scope: both, use: both },
  { type: 'withheld', law: '《中华人民共和国税收征收管理法》第八条' },
  { type: 'withheld', law: 'Law on the Administration of Tax Collection, Art 8' },
])('%j is lawful', sharing => expect(check(sharing)).toBeUndefined())

const field = (pointer: string, classification = 'personal') => ({ pointer, title: both, classification })
const entries: [what: string, pointer: string, more: object][] = [
  ['an entry of another department', '/department', { department: 'housing' }],
  ['a core field graded low', '/fields/0/classification', { fields: [field('/a', 'core')], securityLevel: 3 }],
  [
    'the id of a person classified as general',
    '/fields/0/classification',
    { fields: [field('/holder/id', 'general')] },
  ],
  ['a field that contains another', '/fields/0/pointer', { fields: [field('/holder'), field('/holder/id')] }],
  ['a field that reaches the prototype', '/fields/0/pointer', { fields: [field('/__proto__/a')] }],
]
test.each(entries)('%s is refused under Art 13', (_what, pointer, more) => {
  const detail = expect.stringMatching(/^Order 809, Art 13: /)
  const detailZh = expect.stringMatching(/^《政务数据共享条例》第十三条：.+。$/)
  expect(check({ type: 'unconditional' }, more)).toEqual({ failure: 'CATALOGUE_UNLAWFUL', pointer, detail, detailZh })
})

test('a field whose name only begins like another’s contains nothing', () => {
  expect(check({ type: 'unconditional' }, { fields: [field('/a'), field('/ab')], subjects: [] })).toBeUndefined()
})

test('the whole sample catalogue is lawful', () => {
  expect(datasets.length).toBeGreaterThanOrEqual(14)
  expect(datasets.map(({ entry }) => checkLawful(entry as Dataset)).filter(Boolean)).toEqual([])
})
