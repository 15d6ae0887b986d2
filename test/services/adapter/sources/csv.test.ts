import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import iconv from 'iconv-lite'
import type { CsvSource } from '../../../../services/adapter/config-schema.ts'
import { readCsv } from '../../../../services/adapter/sources/csv.ts'
import type { CsvRow } from '../../../../services/adapter/sources/row-fault.ts'
import { type Failure, isFailure } from '../../../../services/contract/failure.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-csv-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function read(content: string | Buffer, source: Partial<CsvSource> = {}, batchSize = 1_000) {
  await writeFile(join(folder, 'file.csv'), content)
  return readFrom('file.csv', source, batchSize)
}

async function readFrom(name: string, source: Partial<CsvSource> = {}, batchSize = 1_000) {
  const rows: CsvRow[] = []
  let broken: Failure | undefined
  let largest = 0
  for await (const batch of readCsv(join(folder, name), { files: '', ...source }, batchSize)) {
    if (isFailure(batch)) broken = batch
    else rows.push(...batch)
    if (!isFailure(batch)) largest = Math.max(largest, batch.length)
  }
  return { rows, broken, largest, cells: rows.map(row => row.cells), lines: rows.map(row => row.line) }
}

test.each([
  [
    'line feeds',
    'a,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'carriage returns and line feeds',
    'a,b\r\n1,2\r\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'carriage returns alone',
    'a,b\r1,2\r',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'no line end at the end',
    'a,b\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a byte order mark',
    '\uFEFFa,b\n1,2\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'empty lines',
    '\n\na,b\n  \n1,2\n\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'quotes',
    '"a","b ""c"", d"\n"","x\n"\n',
    [
      ['a', 'b "c", d'],
      ['', 'x\n'],
    ],
  ],
  [
    'a quote within a cell without quotes',
    'a,b\n1,5" pipe\n',
    [
      ['a', 'b'],
      ['1', '5" pipe'],
    ],
  ],
  [
    'empty cells, and no rows of commas alone,',
    'a,b\n,\n,1\n , \n"",""\n2,\n',
    [
      ['a', 'b'],
      ['', '1'],
      ['2', ''],
    ],
  ],
  ['a line of names alone', 'a,b', [['a', 'b']]],
  ['nothing', '', []],
])('%s are read', async (_, text, expected) => {
  expect(await read(text)).toMatchObject({ cells: expected, broken: undefined })
})

test.each(['gb18030', 'gbk', 'utf-16le', 'big5'] as const)('%s is read', async encoding => {
  const text = encoding === 'gb18030' ? '姓名,备注\n欧阳㐀,𠮷野家\n' : '姓名,中文\n一,二\n'
  const encoded = iconv.encode(text, encoding, { addBOM: encoding === 'utf-16le' })
  const { cells } = await read(encoded, { encoding })
  expect(cells.map(row => row.join()).join('\n')).toBe(text.trim())
})

test('another delimiter is read', async () => {
  expect((await read('a|b\n1|"2|3"\n', { delimiter: '|' })).cells).toEqual([
    ['a', 'b'],
    ['1', '2|3'],
  ])
  expect((await read('a\tb\n1\t2\n', { delimiter: '\t' })).cells).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ])
})

test('rows know the line they begin on, whatever stands in and between them', async () => {
  const unix = await read('a,b\n"1\n\n2",3\n\n4,"5\n6"\n7,8\n')
  expect(unix.lines).toEqual([1, 2, 6, 8])
  const windows = await read('a,b\r\n"1\r\n\r\n2",3\r\n\r\n4,"5\r\n6"\r\n7,8\r\n')
  expect(windows.lines).toEqual([1, 2, 6, 8])
})

test('bytes that are not text in the encoding spoil their row alone', async () => {
  const { rows } = await read(
    Buffer.concat([Buffer.from('a,b\n1,'), Buffer.from([0xff, 0xfe]), Buffer.from('\n3,4\n5,\0\n')]),
  )
  expect(rows.map(({ fault }) => fault?.en)).toEqual([
    undefined,
    'column 2 holds bytes that are not text in the file’s encoding',
    undefined,
    'column 2 holds bytes that are not text in the file’s encoding',
  ])
})

test('a quote that is not doubled spoils the row it stands in, and no other', async () => {
  const { rows, broken } = await read('a,b\n1,"x"y"\n2,3\n')
  expect(broken).toBeUndefined()
  expect(rows.map(({ line, fault }) => [line, fault !== undefined])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ])
})

test('a quote that is never closed ends the file there, at once or after the longest record', async () => {
  const short = await read('a,b\n1,2\n3,"4\n5,6\n')
  expect(short.cells).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ])
  expect(short.broken).toMatchObject({ failure: 'SOURCE_INVALID', detail: expect.stringMatching(/^line 3: a quote/) })
  const long = await read(`a,b\n1,2\n3,"4\n${'5,6\n'.repeat(2_000_000)}`)
  expect(long).toMatchObject({
    cells: [
      ['a', 'b'],
      ['1', '2'],
    ],
    broken: { detail: expect.stringMatching(/^line 3: /) },
  })
})

test('a file that is not there, or is a folder, is told by the system’s own code', async () => {
  for (const [path, code] of [
    ['none.csv', 'ENOENT'],
    ['.', 'EISDIR'],
  ]) {
    const { broken, rows } = await readFrom(path!)
    expect({ rows, broken }).toMatchObject({
      rows: [],
      broken: { failure: 'SOURCE_INVALID', detail: expect.stringContaining(code!) },
    })
  }
})

test('a large file comes out as it went in, over every border between chunks, in batches of the size asked for', async () => {
  const cellOf = (row: number, cell: number) =>
    ['字'.repeat((row * 7 + cell) % 23), `"${row}"`, `${cell}\r\nx`, '', `${row}`][(row + cell) % 5]!
  const expected = Array.from({ length: 60_000 }, (_, row) => Array.from({ length: 4 }, (_, cell) => cellOf(row, cell)))
  const quoted = expected.map(row =>
    row.map(cell => (/[",\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(),
  )
  const content = iconv.encode(`a,b,c,d\r\n${quoted.join('\r\n')}\r\n`, 'gb18030')
  const { cells, rows, largest } = await read(content, { encoding: 'gb18030' }, 700)
  expect(cells.length).toBe(60_001)
  expect(cells.slice(1).findIndex((row, index) => row.join('|') !== expected[index]!.join('|'))).toBe(-1)
  const before = quoted.slice(0, 59_999).join('\r\n').split('\r\n').length
  expect(rows.at(-1)!.line).toBe(1 + before + 1)
  expect(largest).toBe(700)
})
