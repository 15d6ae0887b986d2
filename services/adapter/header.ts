/** The line of column names against what the config needs; where it does not fit, what stands there and the way out. Pure. */
import { type Failure, failure, inWords } from '../contract/failure.ts'

type Line = { line: number; cells: readonly string[] }

/** `rows`: the first line that has text, and some after it. Failure SOURCE_INVALID. */
export function headerOf([first, ...more]: readonly Line[], needed: readonly string[]): string[] | Failure {
  const header = namesIn(first!)
  const wanted = [...new Set(needed)]
  const missing = wanted.filter(name => !header.includes(name))
  const double = wanted.filter(name => header.indexOf(name) !== header.lastIndexOf(name))
  if (missing.length > 0) return noColumn(first!, more, missing, wanted)
  if (double.length > 0) {
    const names = double.join(', ')
    return invalid(
      `line ${first!.line} has more than one column ${names}: rename or take out all but one`,
      `第 ${first!.line} 行中“${names}”列不止一个：请改名或只保留一个`,
    )
  }
  return header
}

/** Empty names at the end are commas too many. */
function namesIn({ cells }: Line): string[] {
  const names = cells.map(name => name.trim())
  while (names.length > 1 && names.at(-1) === '') names.pop()
  return names
}

const invalid = (en: string, zh: string) => failure('SOURCE_INVALID', inWords(en, zh))

function noColumn(first: Line, more: readonly Line[], missing: string[], wanted: string[]): Failure {
  const names = missing.join(', ')
  const [en, zh] = reasonOf(first, more, wanted)
  return invalid(
    `line ${first.line} has no column ${names}; ${en}. The first line must name the columns, and "encoding" and "delimiter" must be the file’s`,
    `第 ${first.line} 行没有“${names}”列；${zh}。首行必须是列名，且 encoding、delimiter 须与文件一致`,
  )
}

function reasonOf(first: Line, more: readonly Line[], wanted: string[]): [string, string] {
  const { cells } = first
  const below = more.find(row => wanted.every(name => namesIn(row).includes(name)))
  if (below) {
    return [
      `the names stand in line ${below.line}: take out the lines above it, which are a title`,
      `列名在第 ${below.line} 行：请删除其上方的标题行`,
    ]
  }
  if (/[\0\uFFFD]/.test(cells.join(''))) {
    return [
      'its bytes are not text in the file’s encoding: files of Excel and WPS are mostly `encoding: gb18030`',
      '其内容不符合当前编码：Excel、WPS 导出的文件多为 encoding: gb18030',
    ]
  }
  const mark = ['\t', ';', '|', '，', '；', ','].find(
    each => cells.length === 1 && wanted.some(name => cells[0]!.split(each).map(unquoted).includes(name)),
  )
  if (mark) {
    const name = mark === '\t' ? '\\t' : mark
    return [
      `its columns are parted by ${name}: write \`delimiter: "${name}"\``,
      `其分隔符为 ${name}：请在配置中写 delimiter: "${name}"`,
    ]
  }
  if (!isOfNames(first, more, wanted)) {
    return [
      `it has ${cells.length} cells, none of them a name that the config knows`,
      `该行有 ${cells.length} 个单元格，均不是配置中的列名`,
    ]
  }
  const held = namesIn(first).slice(0, 50).join(', ')
  return [`it has ${held}: rename the column there or in the config`, `该行的列名为：${held}；请统一文件与配置中的列名`]
}

const unquoted = (name: string) => name.trim().replace(/^"(.*)"$/, '$1')

/** In a file without column names the first line is somebody's data, which must not be told: it has digits, as its neighbours have. */
function isOfNames(first: Line, more: readonly Line[], wanted: readonly string[]): boolean {
  if (namesIn(first).some(name => wanted.includes(name))) return true
  const hasNumber = ({ cells }: Line) => cells.some(cell => /\d{4}/.test(cell))
  return !first.cells.some(cell => /\d/.test(cell)) && more.length > 0 && more.every(hasNumber)
}
