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

  const quotedRow = (start: number, line: number): Row | RowEnd => {
    const cells: string[] = []
    let breaks = 0
    for (let at = start; ; ) {
      if (text.charCodeAt(at) !== quote) {
        const end = lineEnd(at)
        const mark = text.indexOf(delimiter, at)
        const isInside = mark >= 0 && mark < end
        if (!isInside && end === Number.POSITIVE_INFINITY) return 'more'
        cells.push(text.slice(at, isInside ? mark : end))
        if (!isInside) return { line, cells, hasBadQuote: false, breaks, next: afterLine(end) }
        at = mark + 1
        continue
      }
      const close = closingQuote(text, at + 1)
      if (close < 0 || (close === text.length - 1 && !isLast)) return 'open'
      let after = close + 1
      while (isBlankAt(after)) after++
      const mayGoOn = after >= text.length || (after === text.length - 1 && text.charCodeAt(after) === cr)
      if (mayGoOn && !isLast) return 'more'
      const cell = text.slice(at + 1, close).replaceAll('""', '"')
      if (text[after] === delimiter) {
        cells.push(cell)
        breaks += breaksIn(cell)
        at = after + 1
        continue
      }
      const end = lineEnd(after)
      if (end === after) {
        return {
          line,
          cells: [...cells, cell],
          hasBadQuote: false,
          breaks: breaks + breaksIn(cell),
          next: afterLine(end),
        }
      }
      const spoiltEnd = lineEnd(at)
      if (spoiltEnd === Number.POSITIVE_INFINITY) return 'more'
      return {
        line,
        cells: [...cells, text.slice(at, spoiltEnd)],
        hasBadQuote: true,
        breaks,
        next: afterLine(spoiltEnd),
      }
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
