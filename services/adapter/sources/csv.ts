/**
 * CSV files as departments export them: any column order, quotes, line breaks inside quotes, a byte order mark, UTF-8 or
 * GB 18030. Read as a stream, so that memory does not grow with the file.
 */
import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { CsvError, type Info, parse } from 'csv-parse'
import { type Failure, failure } from '../../contract/failure.ts'
import type { CsvSource } from '../config-schema.ts'

/** `line` is where the row begins, the file's first line being 1. */
export type CsvRow = { line: number; cells: readonly string[] }

/** A record may not be longer than the hub takes; a quote that is never closed would otherwise swallow the whole file. */
const longestRow = 2_000_000

/**
 * The file's rows in batches, the line of column names first. Ends with SOURCE_INVALID where the rest of the file cannot be
 * read: no such file, or a quote that is not closed.
 */
export async function* readCsv(path: string, source: CsvSource, batchSize: number): AsyncGenerator<CsvRow[] | Failure> {
  const lines = lineCounter()
  let batch: CsvRow[] = []
  try {
    for await (const { record, info } of openRows(path, source)) {
      batch.push({ line: lines(record, info), cells: record })
      if (batch.length < batchSize) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  } catch (error) {
    if (batch.length > 0) yield batch
    yield unreadable(error, lines.next())
  }
}

type ParsedRow = { record: string[]; info: Info }

function openRows(path: string, { encoding = 'utf-8', delimiter = ',' }: CsvSource): AsyncIterable<ParsedRow> {
  const file = createReadStream(path, { highWaterMark: 262_144 })
  const rows = parse({
    bom: true,
    delimiter,
    info: true,
    max_record_size: longestRow,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  })
  const ignore = () => {}
  if (encoding === 'utf-8') pipeline(file, rows, ignore)
  else pipeline(file, (bytes: Readable) => decoded(bytes, encoding), rows, ignore)
  return rows as unknown as AsyncIterable<ParsedRow>
}

/**
 * Node's own decoder knows GB 18030 in the edition of 2022, the one in force; iconv-lite 0.7 still decodes that of 2005.
 * What does not fit the encoding becomes U+FFFD, which isDamaged finds.
 */
async function* decoded(bytes: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

/** Whether the cell held bytes that are not text in the file's encoding, or NUL, which no database takes. */
export const isDamaged = (cell: string) => /[\0\uFFFD]/.test(cell)

/**
 * csv-parse says on which line a row ends, but counts a CRLF inside quotes twice. So only rows that span several lines, or
 * follow empty ones, are counted anew.
 */
function lineCounter() {
  let counted = 0
  let last = 0
  const count = (record: string[], { lines }: Info) => {
    const advance = lines - counted
    counted = lines
    if (advance === 1) {
      last += 1
      return last
    }
    const breaks = record.flatMap(cell => cell.match(/\r\n|\r|\n/g) ?? [])
    const doubles = breaks.filter(text => text === '\r\n').length
    const first = last + advance - breaks.length - doubles
    last = first + breaks.length
    return first
  }
  return Object.assign(count, { next: () => last + 1 })
}

function unreadable(error: unknown, line: number): Failure {
  if (error instanceof CsvError) {
    const isQuote = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE'
    const reason = isQuote ? 'a quote is opened and not closed within the length of a record' : error.code
    return failure('SOURCE_INVALID', { detail: `line ${line}: ${reason}; nothing from this line on was read` })
  }
  const { code, syscall } = error as NodeJS.ErrnoException
  if (typeof syscall === 'string') return failure('SOURCE_INVALID', { detail: `the file cannot be read (${code})` })
  throw error
}
