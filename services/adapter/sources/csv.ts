/**
 * CSV files as departments export them: any column order, quotes, line breaks inside quotes, a byte order mark, UTF-8 or
 * GB 18030. Read chunk by chunk, so that memory does not grow with the file.
 */
import { createReadStream } from 'node:fs'
import Papa from 'papaparse'
import { type Failure, failure } from '../../contract/failure.ts'
import type { CsvSource } from '../config-schema.ts'

/** `line` is where the row begins, the file's first line being 1; `fault` says why its cells cannot be trusted. */
export type CsvRow = { line: number; cells: readonly string[]; fault?: string }

const chunkBytes = 65_536
/** Longer than the hub takes a record. A quote that is never closed would otherwise swallow the whole file. */
const longestRow = 2_000_000

/**
 * The file's rows in batches of at most `batchSize`, the line of column names first; empty lines are left out. Ends with
 * SOURCE_INVALID where the rest of the file cannot be read: no such file, or a quote that is not closed.
 */
export async function* readCsv(path: string, source: CsvSource, batchSize: number): AsyncGenerator<CsvRow[] | Failure> {
  const read = chunkReader(source)
  let waiting: CsvRow[] = []
  let broken: Failure | undefined
  try {
    for await (const text of decodedChunks(path, source.encoding)) {
      const { rows, broken: found } = read(text)
      broken = found
      waiting = waiting.concat(rows)
      while (waiting.length >= batchSize) yield waiting.splice(0, batchSize)
      if (broken) break
    }
    if (waiting.length > 0) yield waiting
    if (broken) yield broken
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (typeof syscall !== 'string') throw error
    yield failure('SOURCE_INVALID', { detail: `the file cannot be read (${code})` })
  }
}

/**
 * Ends with undefined. Node's own decoder knows GB 18030 in the edition of 2022, the one in force; iconv-lite 0.7 decodes
 * that of 2005. What does not fit the encoding becomes U+FFFD.
 */
async function* decodedChunks(path: string, encoding = 'utf-8'): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
    yield decoder.decode(chunk as Buffer, { stream: true })
  }
  yield decoder.decode()
  yield undefined
}

type Parsed = { data: string[][]; errors: { row: number }[]; meta: { cursor: number } }
type ReadChunk = (text: string | undefined) => { rows: CsvRow[]; broken?: Failure }

/** The row that a chunk ends in is kept and read again with the next chunk. */
function chunkReader({ delimiter = ',' }: CsvSource): ReadChunk {
  let rest = ''
  let newline: string | undefined
  let line = 1
  return text => {
    const all = rest + (text ?? '')
    newline ??= newlineOf(all)
    const parser = new Papa.Parser({ delimiter, newline } as Papa.ParseConfig)
    const parsed: Parsed = parser.parse(all, 0, text !== undefined)
    rest = all.slice(parsed.meta.cursor)
    const isOpen = text === undefined ? hasOpenQuote(parsed) : rest.length > longestRow
    if (isOpen && text === undefined) parsed.data.pop()
    const rows = numbered(parsed, all, line)
    line = rows.next
    return isOpen ? { rows: rows.rows, broken: openQuote(line) } : { rows: rows.rows }
  }
}

/** The line end of the first line: the whole file must keep to it. */
function newlineOf(text: string): string {
  const [first = '\n'] = /\r\n|\r|\n/.exec(text.replaceAll(/"[^"]*"/g, '')) ?? []
  return first
}

const hasOpenQuote = ({ data, errors }: Parsed) =>
  errors.some(error => error.row === data.length - 1 && (error as { code?: string }).code === 'MissingQuotes')

const openQuote = (line: number) =>
  failure('SOURCE_INVALID', {
    detail: `line ${line}: a quote is opened and not closed within the length of a record; nothing from this line on was read`,
  })

/** Rows with their lines. What costs time is looked for in the chunk as a whole first: most have none of it. */
function numbered({ data, errors }: Parsed, text: string, first: number): { rows: CsvRow[]; next: number } {
  const mayBreak = text.includes('"')
  const mayBeDamaged = damage.test(text)
  const malformed = new Set(errors.map(({ row }) => row))
  const rows: CsvRow[] = []
  let line = first
  for (const [index, cells] of data.entries()) {
    const fault = malformed.has(index) ? badQuote : mayBeDamaged ? damageIn(cells) : undefined
    if (!isBlank(cells)) rows.push(fault === undefined ? { line, cells } : { line, cells, fault })
    line += mayBreak ? 1 + breaksIn(cells) : 1
  }
  return { rows, next: line }
}

const badQuote =
  'has a quote inside a quoted cell that is not doubled; lines that follow may have been taken for its end'
const isBlank = (cells: readonly string[]) => cells.length === 1 && cells[0]!.trim() === ''
const breaksIn = (cells: readonly string[]) =>
  cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)

/** Bytes that are not text in the file's encoding, or NUL, which no database takes. */
const damage = /[\0\uFFFD]/
function damageIn(cells: readonly string[]): string | undefined {
  const index = cells.findIndex(cell => damage.test(cell))
  return index < 0 ? undefined : `column ${index + 1} holds bytes that are not text in the file’s encoding`
}
