// Line ends that change within a file, and text after a closing quote, made one row of many or lost those that followed.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createCsvParser } from '../../../../services/adapter/sources/csv-rows.ts'

function parse(text: string, pieces: number[] = []) {
  const parser = createCsvParser(',', 1_000_000)
  const cuts = [0, ...pieces.map(piece => piece % (text.length + 1)).sort((a, b) => a - b), text.length]
  const parts = cuts.slice(1).map((end, at) => parser(text.slice(cuts[at], end), at === cuts.length - 2))
  return { rows: parts.flatMap(({ rows }) => rows), stopped: parts.find(({ stopped }) => stopped)?.stopped }
}

const cell = fc.string({ unit: fc.constantFrom(...'甲乙ab", \r\n\t'), maxLength: 6 })
const written = (text: string) => (/[",\r\n\t ]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const lineEnd = fc.constantFrom('\r\n', '\n', '\r')

test('whatever ends each line, and wherever the text is cut in pieces, the cells come out as they went in', () => {
  const row = fc.tuple(fc.array(cell, { minLength: 2, maxLength: 4 }), lineEnd)
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.array(fc.nat(), { maxLength: 6 }), (rows, pieces) => {
      const text = rows.map(([cells, end]) => cells.map(written).join(',') + end).join('')
      const found = parse(text, pieces)
      expect(found.stopped).toBeUndefined()
      expect(found.rows.map(({ cells }) => cells)).toEqual(rows.map(([cells]) => cells))
      expect(found.rows.some(({ hasBadQuote }) => hasBadQuote)).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('text after a closing quote spoils its row alone, also where a quote was left open before it', () => {
  const { rows } = parse('a,b\n1,"甲"乙\n2,丙\n3,"丁\n4,"戊"\n5,己\n')
  expect(rows.map(({ line, hasBadQuote }) => [line, hasBadQuote])).toEqual([
    [1, false],
    [2, true],
    [3, false],
    [4, true],
    [5, false],
    [6, false],
  ])
})

test('a line without end and without quotes is told as too long, an open quote as such', () => {
  const parser = createCsvParser(',', 10)
  expect(parser('a,b\n1234567890123', false)).toMatchObject({ stopped: { line: 2, reason: 'tooLong' } })
  expect(parse('a,b\n1,"2\n3,4\n').stopped).toEqual({ line: 2, reason: 'openQuote' })
})
