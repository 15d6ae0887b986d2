/**
 * CSV text into rows, piece by piece (RFC 4180, and what programs make of it). A line ends in CR LF, LF or CR, whichever
 * stands there: files are appended to by programs that disagree. A quote opens a cell only at its beginning. Text after a
 * closing quote spoils its row alone: the row then ends with the line in which that cell began.
 */
export type ParsedRow = { line: number; cells: string[]; hasBadQuote: boolean }

/** `text` is what the rows were cut from; `stopped` names the line from which on nothing can be read. */
export type ParsedRows = {
  rows: ParsedRow[]
  text: string
  stopped?: { line: number; reason: 'openQuote' | 'tooLong' }
}

/** `isLast`: nothing follows the text. */
export type CsvParser = (text: string, isLast: boolean) => ParsedRows

/** A row of more than `longest` characters ends the reading, for a quote that is never closed makes one row of a whole file. */
export function createCsvParser(delimiter: string, longest: number): CsvParser {
  let rest = ''
  let line = 1
  return (text, isLast) => {
    const all = rest + text
    const rows: ParsedRow[] = []
    const readRow = rowReader(all, delimiter, isLast)
    let at = 0
    let end: RowEnd = 'more'
    while (at < all.length) {
      const row = readRow(at, line)
      if (typeof row === 'string') {
        end = row
        break
      }
      rows.push(row)
      line += 1 + row.breaks
      at = row.next
    }
    rest = all.slice(at)
    if (rest.length === 0 || (!isLast && rest.length <= longest)) return { rows, text: all }
    return { rows, text: all, stopped: { line, reason: end === 'open' ? 'openQuote' : 'tooLong' } }
  }
}

/** `open`: the text ends inside quotes; `more`: before the row does. */
type RowEnd = 'open' | 'more'
type Row = ParsedRow & { breaks: number; next: number }
/** `next` is where the next cell begins, `end` where the line ends with this one. */
type Cell = { text: string; breaks: number } & ({ next: number; end?: undefined } | { end: number; isSpoilt?: boolean })

const cr = 13
const lf = 10
const quote = 34

function rowReader(text: string, delimiter: string, isLast: boolean): (start: number, line: number) => Row | RowEnd {
  const feedFrom = finder(text, '\n')
  const returnFrom = finder(text, '\r')
  const quoteFrom = finder(text, '"')
  /** Infinity where the line goes on, or may: a CR at the very end is perhaps half of a CR LF. */
  const lineEnd = (from: number): number => {
    const end = Math.min(feedFrom(from), returnFrom(from))
    if (isLast) return Math.min(end, text.length)
    return end === text.length - 1 && text.charCodeAt(end) === cr ? Number.POSITIVE_INFINITY : end
  }
  const afterLine = (end: number) =>
    text.charCodeAt(end) === cr && text.charCodeAt(end + 1) === lf ? end + 2 : end + 1
  const isBlankAt = (at: number) => text[at] !== delimiter && (text[at] === ' ' || text[at] === '\t')

  const plainCell = (at: number): Cell | RowEnd => {
    const end = lineEnd(at)
    const mark = text.indexOf(delimiter, at)
    if (mark >= 0 && mark < end) return { text: text.slice(at, mark), breaks: 0, next: mark + 1 }
    return end === Number.POSITIVE_INFINITY ? 'more' : { text: text.slice(at, end), breaks: 0, end }
  }
  const quotedCell = (at: number): Cell | RowEnd => {
    const close = closingQuote(text, at + 1)
    if (close < 0 || (close === text.length - 1 && !isLast)) return 'open'
    let after = close + 1
    while (isBlankAt(after)) after++
    const mayGoOn = after >= text.length || (after === text.length - 1 && text.charCodeAt(after) === cr)
    if (mayGoOn && !isLast) return 'more'
    const cell = text.slice(at + 1, close).replaceAll('""', '"')
    if (text[after] === delimiter) return { text: cell, breaks: breaksIn(cell), next: after + 1 }
    if (lineEnd(after) === after) return { text: cell, breaks: breaksIn(cell), end: after }
    const end = lineEnd(at)
    return end === Number.POSITIVE_INFINITY ? 'more' : { text: text.slice(at, end), breaks: 0, end, isSpoilt: true }
  }
  const quotedRow = (start: number, line: number): Row | RowEnd => {
    const cells: string[] = []
    let breaks = 0
    for (let at = start; ; ) {
      const cell = text.charCodeAt(at) === quote ? quotedCell(at) : plainCell(at)
      if (typeof cell === 'string') return cell
      cells.push(cell.text)
      breaks += cell.breaks
      if (cell.end !== undefined)
        return { line, cells, hasBadQuote: cell.isSpoilt ?? false, breaks, next: afterLine(cell.end) }
      at = cell.next
    }
  }
  return (start, line) => {
    const end = lineEnd(start)
    if (quoteFrom(start) < end) return quotedRow(start, line)
    if (end === Number.POSITIVE_INFINITY) return 'more'
    const cells = text.slice(start, end).split(delimiter)
    return { line, cells, hasBadQuote: false, breaks: 0, next: afterLine(end) }
  }
}

/** Where the character stands next, Infinity for nowhere; asked from one place to the next, the text is gone through once. */
function finder(text: string, character: string): (from: number) => number {
  let asked = 0
  let found = -1
  return from => {
    if (found < from || from < asked) {
      const at = text.indexOf(character, from)
      found = at < 0 ? Number.POSITIVE_INFINITY : at
      asked = from
    }
    return found
  }
}

/** -1 where there is none; two quotes are one that belongs to the cell. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from)
  while (at >= 0 && text.charCodeAt(at + 1) === quote) at = text.indexOf('"', at + 2)
  return at
}

const breaksIn = (cell: string) => (cell.match(/\r\n|\r|\n/g) ?? []).length
