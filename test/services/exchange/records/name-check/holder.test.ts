/** Holds: nobody was told that a record names its holder otherwise than the register; how a name is typed is no difference. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { JsonObject } from '../../../../../services/contract/canonical-json.ts'
import { comparableName } from '../../../../../services/exchange/records/name-check/comparable-name.ts'
import { differing, holdersIn } from '../../../../../services/exchange/records/name-check/holder.ts'

describe('one name, typed otherwise', () => {
  test.each([
    ['阿依夏木·买买提', '阿依夏木•买买提'],
    ['阿依夏木·买买提', '阿依夏木‧买买提'],
    ['阿依夏木·买买提', '阿依夏木・买买提'],
    ['阿依夏木·买买提', '阿依夏木･买买提'],
    ['阿依夏木·买买提', '阿依夏木．买买提'],
    ['阿依夏木·买买提', '阿依夏木 . 买买提'],
    ['王明', '王\u3000明'],
    ['王明', ' 王明\u200b'],
    ['王明', '王\u00a0明\ufeff'],
    ['JOHN SMITH', 'Ｊｏｈｎ Ｓｍｉｔｈ'],
    ['神', '\ufa19'],
  ])('%s is %s', (one, other) => {
    expect(comparableName(one)).toBe(comparableName(other))
  })

  test.each([
    ['林晓燕', '林小燕'],
    ['王明', '王明明'],
    ['阿依夏木·买买提', '阿依夏木'],
    ['王明', '王朋'],
  ])('%s is not %s', (one, other) => {
    expect(comparableName(one)).not.toBe(comparableName(other))
  })

  test('what is compared is compared alike again, and blanks put anywhere change nothing', () => {
    const blank = fc.constantFrom(' ', '\u3000', '\u00a0', '\t', '\u200b', '\ufeff', '\u2060')
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'王明燕·•Ａa') }), fc.nat(), blank, (name, at, sign) => {
        const place = at % (name.length + 1)
        const once = comparableName(name)
        expect(comparableName(once)).toBe(once)
        expect(comparableName(name.slice(0, place) + sign + name.slice(place))).toBe(once)
      }),
    )
  })
})

const dataset = (subjects: object[]) => ({ subjects }) as never
const owners = dataset([
  { type: 'person', id: '/owners/*/id', role: 'owner', name: '/owners/*/name' },
  { type: 'organisation', id: '/firm/code', role: 'firm', name: '/firm/name' },
  { type: 'person', id: '/witness', role: 'witness' },
])

test('a name goes with the id of its own item, though others have none', () => {
  const body: JsonObject = {
    owners: [{ id: '1' }, { name: '王明' }, { id: '3', name: '林燕' }, { id: '4', name: null }],
    firm: { code: '9', name: '一厂' },
    witness: '5',
  }
  expect(holdersIn(body, owners, 'person')).toEqual([{ id: '3', name: '林燕', field: '/owners/2/name' }])
  expect(holdersIn(body, owners, 'organisation')).toEqual([{ id: '9', name: '一厂', field: '/firm/name' }])
  expect(holdersIn({}, owners, 'person')).toEqual([])
})

test('whom the register does not know does not differ, and one of several names there is enough', () => {
  const holder = (id: string, name: string) => ({ id, name, field: `/${id}` })
  const names = new Map([
    ['1', ['王明']],
    ['2', ['旧名', '林燕']],
  ])
  const all = [holder('1', '王 明'), holder('1', '王朋'), holder('2', '林燕'), holder('3', '谁')]
  expect(differing(all, names)).toEqual([holder('1', '王朋')])
})
