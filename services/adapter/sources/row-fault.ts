/** Rows whose cells cannot be trusted, and why; those that say nothing are left out. */
import type { ParsedRows } from './csv-rows.ts'
import type { Chunk } from './decoded-file.ts'
import { isMistakenUtf8, mayHoldMistakenUtf8 } from './encoding.ts'

/**
 * `line` is where the row begins, the file's first line being 1; `fault` says why its cells cannot be trusted. `isCut`: the
 * file ends in it without a line end.
 */
export type CsvRow = { line: number; cells: readonly string[]; fault?: Fault; isCut?: true }
export type Fault = { en: string; zh: string }

/** The costly faults are looked for in the chunk as a whole first: most have none of it. */
export function rowsOf({ rows, text }: ParsedRows, { isLast, hasLineEnd, isGb }: Chunk): CsvRow[] {
  const mayBeDamaged = damage.test(text)
  const mayBeMistaken = isGb && mayHoldMistakenUtf8(text)
  const found: CsvRow[] = []
  for (const row of rows) {
    const { line, cells, hasBadQuote } = row
    if (isBlank(cells)) continue
    const fault = hasBadQuote
      ? badQuote
      : ((mayBeDamaged ? damageOf(cells) : undefined) ??
        (mayBeMistaken && isMistakenUtf8(cells) ? mistaken : undefined))
    found.push(fault === undefined ? row : { line, cells, fault })
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
