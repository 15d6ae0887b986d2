/**
 * CSV files as departments export them: any column order, quotes, line breaks inside quotes, a byte order mark, UTF-8 or
 * GB 18030, rows of commas alone, DOS’s end-of-file mark. Read chunk by chunk, so that memory does not grow with the file.
 */
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import type { CsvSource } from '../config-schema.ts'
import { createCsvParser, type ParsedRow, type ParsedRows } from './csv-rows.ts'
import { decodedChunks } from './decoded-file.ts'
import { type CsvRow, rowsOf } from './row-fault.ts'

/** Longer than the hub takes a record. */
const longestRow = 2_000_000

/**
 * The file's rows in batches of at most `batchSize`, the line of column names first; rows without any text are left out.
 * Ends with SOURCE_INVALID where the rest of the file cannot be read: no such file, no text, another encoding, a quote that is
 * not closed.
 */
export async function* readCsv(path: string, source: CsvSource, batchSize: number): AsyncGenerator<CsvRow[] | Failure> {
  let waiting: CsvRow[] = []
  try {
    for await (const rows of readRows(path, source)) {
      if (isFailure(rows)) {
        if (waiting.length > 0) yield waiting
        return yield rows
      }
      waiting = waiting.concat(rows)
      while (waiting.length >= batchSize) yield waiting.splice(0, batchSize)
    }
    if (waiting.length > 0) yield waiting
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (typeof syscall !== 'string') throw error
    if (waiting.length > 0) yield waiting
    yield failure('SOURCE_INVALID', inWords(`the file cannot be read (${code})`, `文件无法读取（${code}）`))
  }
}

async function* readRows(path: string, source: CsvSource): AsyncGenerator<CsvRow[] | Failure> {
  const { delimiter = ',' } = source
  const parse = createCsvParser(delimiter, longestRow)
  let isFirst = true
  for await (const chunk of decodedChunks(path, source.encoding)) {
    if (isFailure(chunk)) return yield chunk
    const parsed = parse(chunk.text, chunk.isLast)
    const hint = isFirst && parsed.rows.length > 0 ? separatorHint(parsed.rows[0]!, delimiter) : undefined
    if (isFailure(hint)) return yield hint
    if (parsed.rows.length > 0) isFirst = false
    if (hint) parsed.rows.shift()
    yield rowsOf(parsed, chunk)
    if (parsed.stopped) return yield unreadable(parsed.stopped)
  }
}

/** Excel's `sep=;` above the column names: true where it says what the config says. */
function separatorHint({ cells }: ParsedRow, delimiter: string): boolean | Failure {
  const [, separator] = /^sep=(.)$/.exec(cells.join(delimiter).trim()) ?? /^sep=(\t)$/.exec(cells.join(delimiter)) ?? []
  if (separator === undefined) return false
  if (separator === delimiter) return true
  return failure(
    'SOURCE_INVALID',
    inWords(
      `line 1 says sep=${separator}, the config’s delimiter is ${delimiter}: write \`delimiter: "${separator}"\``,
      `第 1 行写明分隔符为 ${separator}，而配置为 ${delimiter}：请在配置中写 delimiter: "${separator}"`,
    ),
  )
}

const unreadable = ({ line, reason }: NonNullable<ParsedRows['stopped']>) =>
  failure(
    'SOURCE_INVALID',
    reason === 'openQuote'
      ? inWords(
          `line ${line}: a quote is opened and not closed within the length of a record; nothing from this line on was read: close it, or double it where it belongs to the text`,
          `第 ${line} 行：引号未闭合，自该行起均未读取：请补上引号，属于文字内容的引号请写两个`,
        )
      : inWords(
          `line ${line} is longer than ${longestRow} characters; nothing from this line on was read: is this a CSV file with one record per line?`,
          `第 ${line} 行超过 ${longestRow} 个字符，自该行起均未读取：请确认文件为每行一条记录的 CSV`,
        ),
  )
