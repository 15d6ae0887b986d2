import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isWithin, readTilePath, writeTilePath } from '../../../../../services/exchange/log/tree/tile-path.ts'

test.each([
  ['0/000', { level: 0, index: 0, width: 256 }],
  ['0/x001/067', { level: 0, index: 1067, width: 256 }],
  ['2/x001/x234/067', { level: 2, index: 1_234_067, width: 256 }],
  ['63/001.p/255', { level: 63, index: 1, width: 255 }],
  ['entries/x039/062.p/1', { level: 'entries', index: 39_062, width: 1 }],
])('%s is a tile', (path, tile) => {
  expect(readTilePath(path)).toEqual(tile)
})

test.each([
  '8/0/x001/067',
  '0/0',
  '0/67',
  '0/x000/067',
  '0/001/067',
  '0/x001/x067',
  '00/000',
  '01/000',
  '64/000',
  '-1/000',
  '0/000.p/0',
  '0/000.p/256',
  '0/000.p/01',
  '0/000.p/',
  '0/000/',
  '/0/000',
  '0/000?',
  'entries/0',
  'data/000',
  '0/x999/x999/x999/x999/x999/x999/999',
  '0/../000',
])('%s is no tile', path => {
  expect(readTilePath(path)).toBeUndefined()
})

test('every tile’s path reads back as that tile', () => {
  const level = fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const))
  fc.assert(
    fc.property(level, fc.nat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
      expect(readTilePath(writeTilePath({ level, index, width }))).toEqual({ level, index, width })
    }),
  )
})

test('a tree of 70,000 has exactly the tiles that the specification lists', () => {
  const has = (path: string) => isWithin(readTilePath(path)!, 70_000)
  const there = ['0/272', '0/273.p/112', '1/000', '1/001.p/17', '2/000.p/1', 'entries/273.p/112']
  expect(there.filter(path => !has(path))).toEqual([])
  expect(
    ['0/273', '0/273.p/113', '1/001', '1/001.p/18', '2/000', '2/000.p/2', '3/000.p/1', 'entries/273'].filter(has),
  ).toEqual([])
})
