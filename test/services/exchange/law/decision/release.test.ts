import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { JsonObject } from '../../../../../services/contract/canonical-json.ts'
import type { ReleasedField } from '../../../../../services/exchange/law/decision/decision.ts'
import { releaser } from '../../../../../services/exchange/law/decision/release.ts'

const record: JsonObject = {
  number: 'P-1',
  holder: { id: '11010519491231002X', name: '张三' },
  owners: [
    { id: 'a', share: { percent: 50 }, since: '2001-01-01' },
    { id: 'b', share: { percent: 50 } },
  ],
  codes: ['x', 'y'],
  'a/b': 1,
}
const read = (...pointers: string[]): ReleasedField[] => pointers.map(pointer => ({ pointer, use: 'read' }))
const release = (fields: ReleasedField[], from: JsonObject = record) => releaser(fields)(from)

test('only the released fields are left, nested ones in their place', () => {
  expect(release(read('/number', '/holder/name'))).toEqual({ number: 'P-1', holder: { name: '张三' } })
  expect(release(read('/a~1b'))).toEqual({ 'a/b': 1 })
  expect(release([])).toEqual({})
})

test('`*` releases the field of every item, and items keep their places', () => {
  expect(release(read('/owners/*/share/percent', '/owners/*/since'))).toEqual({
    owners: [{ share: { percent: 50 }, since: '2001-01-01' }, { share: { percent: 50 } }],
  })
  expect(release(read('/codes/*'))).toEqual({ codes: ['x', 'y'] })
})

test('a masked field is released masked', () => {
  const fields: ReleasedField[] = [
    { pointer: '/holder/id', use: 'mask', mask: 'region-only' },
    { pointer: '/owners/*/since', use: 'mask', mask: 'year-only' },
    { pointer: '/number', use: 'mask' },
  ]
  expect(release(fields)).toEqual({ holder: { id: '110105****' }, owners: [{ since: '2001' }, {}], number: null })
})

test('a record of another shape than the selection gives nothing of it', () => {
  const odd: JsonObject = { holder: ['secret'], owners: { id: 'secret' }, codes: 'secret' }
  expect(release(read('/holder/name', '/owners/*/id', '/codes/*'), odd)).toStrictEqual({})
  const mixed: JsonObject = { owners: ['secret', { id: 'a' }] }
  expect(release(read('/owners/*/id'), mixed)).toEqual({ owners: [null, { id: 'a' }] })
})

test('no selection reaches the prototype', () => {
  const hostile = JSON.parse('{"__proto__":{"admin":true},"constructor":{"name":"x"},"number":1}') as JsonObject
  const released = release(read('/__proto__', '/__proto__/admin', '/toString', '/number'), hostile)
  expect(Object.keys(released)).toEqual(['number'])
  expect((released as { admin?: boolean }).admin).toBeUndefined()
})

test('the record itself is never changed, and a second record is cut the same way', () => {
  const before = JSON.stringify(record)
  const cut = releaser(read('/number'))
  expect(cut(record)).toEqual(cut({ ...record }))
  expect(JSON.stringify(record)).toBe(before)
  expect(releaser(read('/number'))).toBe(cut)
})

test('nothing is released that was not selected', () => {
  const leaf = fc.constantFrom<string>(
    '/number',
    '/holder/id',
    '/holder/name',
    '/owners/*/id',
    '/owners/*/since',
    '/codes/*',
  )
  fc.assert(
    fc.property(fc.uniqueArray(leaf), pointers => {
      const text = JSON.stringify(release(read(...pointers)))
      const told: Record<string, string> = { '/number': 'P-1', '/holder/id': '11010519491231002X', '/codes/*': '"x"' }
      for (const [pointer, value] of Object.entries(told)) expect(text.includes(value)).toBe(pointers.includes(pointer))
    }),
  )
})
