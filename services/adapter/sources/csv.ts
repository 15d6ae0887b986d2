/**
 * CSV files as departments export them: any column order, quotes, line breaks inside quotes, a byte order mark, UTF-8 or
 * GB 18030, rows of commas alone, DOS’s end-of-file mark. Read chunk by chunk, so that memory does not grow with the file.
 */
import { open } from 'node:fs/promises'
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import type { CsvSource } from '../config-schema.ts'
import { createCsvParser, type ParsedRow, type ParsedRows } from './csv-rows.ts'
import { encodingOf, isMistakenUtf8, mayHoldMistakenUtf8 } from './encoding.ts'

/**
 * `line` is where the row begins, the file's first line being 1; `fault` says why its cells cannot be trusted. `isCut`: the
 * file ends in it without a line end.
 */
export type CsvRow = { line: number; cells: readonly string[]; fault?: Fault; isCut?: true }
export type Fault = { en: string; zh: string }

const chunkBytes = 65_536
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

type Chunk = { text: string; isLast: boolean; hasLineEnd: boolean; isGb: boolean }

/**
 * Node's own decoder knows GB 18030 in the edition of 2022, the one in force; iconv-lite 0.7 decodes that of 2005. What does
 * not fit the encoding becomes U+FFFD.
 */
async function* decodedChunks(path: string, configured: string | undefined): AsyncGenerator<Chunk | Failure> {
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(chunkBytes)
    let { bytesRead } = await file.read(buffer)
    const encoding = await encodingOf(path, buffer.subarray(0, bytesRead), configured)
    if (isFailure(encoding)) return yield encoding
    const decoder = new TextDecoder(encoding)
    const isGb = encoding.startsWith('gb')
    let isStart = true
    let last = ''
    for (; bytesRead > 0; { bytesRead } = await file.read(buffer)) {
      const text = decoder.decode(buffer.subarray(0, bytesRead), { stream: true })
      const content = isStart ? text.replace(/^\uFEFF+/, '') : text
      isStart &&= text === ''
      last = content.at(-1) ?? last
      yield { text: content, isLast: false, hasLineEnd: false, isGb }
    }
    const text = decoder.decode()
    yield { text, isLast: true, hasLineEnd: /[\r\n]/.test(text.at(-1) ?? last), isGb }
  } finally {
    await file.close()
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

/** What costs time is looked for in the chunk as a whole first: most have none of it. */
function rowsOf({ rows, text }: ParsedRows, { isLast, hasLineEnd, isGb }: Chunk): CsvRow[] {
  const mayBeDamaged = damage.test(text)
  const mayBeMistaken = isGb && mayHoldMistakenUtf8(text)
  const found: CsvRow[] = []
  for (const { line, cells, hasBadQuote } of rows) {
    if (isBlank(cells)) continue
    const fault = hasBadQuote
      ? badQuote
      : ((mayBeDamaged ? damageOf(cells) : undefined) ??
        (mayBeMistaken && isMistakenUtf8(cells) ? mistaken : undefined))
    found.push(fault === undefined ? { line, cells } : { line, cells, fault })
  }
  if (isLast && !hasLineEnd) endFile(found, rows.at(-1)?.line)
  return found
}

/** A last row without a line end may be cut off, unless DOS's mark follows it. */
function endFile(rows: CsvRow[], lastLine: number | undefined): void {
  const final = rows.at(-1)
  if (!final || final.line !== lastLine) return
  const [last = ''] = final.cells.slice(-1)
  const mark = last.indexOf(endOfFile)
  if (mark >= 0) final.cells = [...final.cells.slice(0, -1), last.slice(0, mark)]
  else final.isCut = true
}

const endOfFile = '\x1A'

/** Nothing but white space, and the mark (^Z) by which DOS programs end a file. */
const isBlank = (cells: readonly string[]) =>
  !startsWithText(cells[0]!) && cells.every(cell => cell === '' || cell.replaceAll(endOfFile, '').trim() === '')
/** True for nearly all rows, in no time. */
const startsWithText = (cell: string) => /^[!-~\u3400-\u9fff]/.test(cell)

const badQuote: Fault = {
  en: 'has text after a closing quote, or a quote inside a quoted cell that is not doubled; lines that follow may belong to it: write such a quote twice',
  zh: '引号内的引号未成对，或引号之后还有文字，后续行也可能属于该行：属于内容的引号请写两个',
}
const mistaken: Fault = {
  en: 'is written in UTF-8, the file in GB 18030: another program appended it; export the file anew in one encoding',
  zh: '该行为 UTF-8 编码，与文件其余部分（GB 18030）不同：请用同一编码重新导出整个文件',
}

/** Bytes that are not text in the file's encoding, or NUL, which no database takes. */
const damage = /[\0\uFFFD]/
function damageOf(cells: readonly string[]): Fault | undefined {
  const index = cells.findIndex(cell => damage.test(cell))
  if (index < 0) return undefined
  return {
    en: `column ${index + 1} holds bytes that are not text in the file’s encoding`,
    zh: `第 ${index + 1} 列含有不符合文件编码的字节：请检查 encoding 设置或该单元格`,
  }
}
