/** Officials and citizens read why something was refused: in Chinese as well as in English. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { failures } from '../../../services/contract/failure.ts'
import { refusalFailures } from '../../../services/contract/failure-table.ts'
import { type RefusalCode, refuseWith, waysOut } from '../../../services/exchange/law/decision/refusal.ts'

const chinese = /\p{Script=Han}/u

test.each(Object.entries(failures))('the sentence of %s is told in both languages', (_code, { en, zh }) => {
  expect(en).toMatch(/^[A-Z].*\.$/)
  expect(en).not.toMatch(chinese)
  expect(zh).toMatch(/\p{Script=Han}.*。$/u)
})

test.each(Object.keys(waysOut) as RefusalCode[])(
  'a refusal with %s tells its sentence and its way out in both languages',
  code => {
    const { detail, detailZh } = refuseWith(code)
    expect(detail).toBe(`${failures[code].en} ${waysOut[code].en}`)
    expect(detailZh).toBe(`${failures[code].zh}${waysOut[code].zh}`)
    expect(waysOut[code].zh).toMatch(/\p{Script=Han}.*。$/u)
  },
)

test('every code of a refusal has a way out', () => {
  expect(Object.keys(waysOut)).toEqual(expect.arrayContaining(Object.keys(refusalFailures)))
})

describe('no failure says where and how in one language only', () => {
  const rooms = ['law', 'log', 'platform/http', 'pull', 'records/correction', 'views/figures']
  const folder = join(import.meta.dirname, '../../../services/exchange')
  const files = rooms.flatMap(room =>
    readdirSync(join(folder, room), { recursive: true, encoding: 'utf8' }).map(file => join(room, file)),
  )

  test.each(files.filter(file => file.endsWith('.ts')))('%s', file => {
    const text = readFileSync(join(folder, file), 'utf8')
    const bare = text
      .split('\n')
      .filter(
        line =>
          /\bdetail: [^T]|[{,] detail[ ,]|pointer, detail /.test(line) &&
          !/detailZh|\blog\.(warn|error|info)\(/.test(line),
      )
    expect(bare).toEqual([])
  })
})
