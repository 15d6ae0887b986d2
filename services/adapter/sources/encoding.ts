/** Reads a file’s first bytes: how its text is encoded, or that it is no text. */
import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import iconv from 'iconv-lite'
import { type Failure, failure, inWords } from '../../contract/failure.ts'

const marks: readonly { encoding: string; bytes: number[] }[] = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'gb18030', bytes: [0x84, 0x31, 0x95, 0x33] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
]

/** First bytes of files that are no text, in hexadecimal. */
const otherFiles: readonly { starts: string[]; name: string }[] = [
  { starts: ['504b0304'], name: 'an Excel workbook (.xlsx) or another ZIP file' },
  { starts: ['d0cf11e0'], name: 'an Excel workbook (.xls)' },
  { starts: ['25504446', '7b5c727466', '1f8b', '52617221', '377abcaf'], name: 'a document or an archive' },
]
const page = /^[\s\uFEFF]*<(\?xml|!doctype|html|head|meta|style|table)/i

/**
 * The encoding to read the file by. A mark of UTF-8 or GB 18030 counts before the config, for it is certain; one of UTF-16
 * that the config does not know of is refused, since its columns are mostly parted by tabs. A file that is whole UTF-8 and has
 * characters beyond ASCII is not GBK: read as such it would become other characters without any error.
 */
export async function encodingOf(path: string, start: Buffer, configured = 'utf-8'): Promise<string | Failure> {
  const hex = start.toString('hex', 0, 8)
  const isPage = page.test(start.toString('utf8', 0, 200))
  const other = isPage
    ? 'an HTML or XML page'
    : otherFiles.find(({ starts }) => starts.some(each => hex.startsWith(each)))?.name
  if (other) {
    return invalid(
      `the file is ${other}, whatever its name says: save it as CSV`,
      '该文件并非 CSV 文本（可能是 Excel 工作簿、网页或压缩文件）：请另存为 CSV 后再放入',
    )
  }
  const mark = marks.find(({ bytes }) => bytes.every((byte, at) => start[at] === byte))?.encoding
  if (mark === 'utf-8' || mark === 'gb18030' || mark === configured) return mark
  const found = mark ?? (configured.startsWith('utf-16') ? undefined : wideEncodingOf(start))
  if (found) return mismatch(found, configured)
  if (configured.startsWith('utf')) return configured
  return (await isWholeUtf8(path)) ? mismatch('utf-8', configured) : configured
}

const invalid = (en: string, zh: string) => failure('SOURCE_INVALID', inWords(en, zh))

const mismatch = (found: string, configured: string) =>
  invalid(
    `the file’s encoding is ${found}, the config says ${configured}: write \`encoding: ${found}\`${found.startsWith('utf-16') ? ' and, where tabs part the columns, `delimiter: "\\t"`' : ''}`,
    `文件编码为 ${found}，而配置为 ${configured}：请在配置中写 encoding: ${found}`,
  )

/** Every second byte of ASCII in UTF-16 is zero. */
function wideEncodingOf(start: Buffer): string | undefined {
  const sample = start.subarray(0, 4_096)
  const zeros = [0, 0]
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2]! += 1
  const many = sample.length / 10
  return zeros[1]! > many && zeros[0]! < many / 4
    ? 'utf-16le'
    : zeros[0]! > many && zeros[1]! < many / 4
      ? 'utf-16be'
      : undefined
}

/** Reads on to the first byte that is not UTF-8: in a GBK file mostly that of its first Chinese character. */
async function isWholeUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let isAscii = true
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
      const bytes = chunk as Buffer
      isAscii &&= decoder.decode(bytes, { stream: true }).length === bytes.length
    }
    decoder.decode()
    return !isAscii
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false
    throw error
  }
}

/** The first of the characters that the UTF-8 of common Chinese characters becomes when it is read as GBK: 寮 of 张, 鐜 of 王. */
const mistaken = new Uint8Array(0x10000)
for (let lead = 0xe4; lead <= 0xe9; lead++) {
  for (let next = 0x80; next <= 0xbf; next++) {
    mistaken[new TextDecoder('gb18030').decode(Buffer.from([lead, next])).charCodeAt(0)] = 1
  }
}

export function mayHoldMistakenUtf8(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f && mistaken[code] === 1) return true
  }
  return false
}

/**
 * Whether a line of a GB 18030 file was written in UTF-8, by another program that appended to it. Its bytes are UTF-8, and
 * read as GBK they hold a character that GB 2312 has not: a line of real GBK has both once in a thousand million.
 */
export function isMistakenUtf8(cells: readonly string[]): boolean {
  const text = cells.join(',')
  if (!mayHoldMistakenUtf8(text)) return false
  const bytes = iconv.encode(text, 'gb18030')
  if (!isUtf8(bytes)) return false
  return [...text].some(character => {
    const [lead = 0, trail = 0] = character.length === 1 ? iconv.encode(character, 'gb18030') : []
    return lead > 0x80 && (lead < 0xa1 || trail < 0xa1)
  })
}
