/** Writes one CSV file (RFC 4180) bit by bit, in the encoding of the department. */
import { type FileHandle, open } from 'node:fs/promises'
import iconv from 'iconv-lite'

export type CsvFile = {
  /** The lines written so far; the next row stands one further. */
  lines(): number
  /** Returns a promise only where the file itself is written to; await it before adding more. */
  add(row: readonly string[]): Promise<void> | undefined
  close(): Promise<void>
}

const bufferedCharacters = 8_192

/** `encoding`: `utf-8` or `gb18030`; `delimiter`: one character. Overwrites the file. */
export async function createCsvFile(path: string, encoding = 'utf-8', delimiter = ','): Promise<CsvFile> {
  const file: FileHandle = await open(path, 'w')
  const special = new RegExp(`["\\r\\n${delimiter === '|' ? '\\|' : delimiter}]`)
  const cell = (text: string) => (special.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  let buffered = ''
  let lines = 0
  const flush = async () => {
    await file.write(iconv.encode(buffered, encoding))
    buffered = ''
  }
  return {
    lines: () => lines,
    add: row => {
      buffered += `${row.map(cell).join(delimiter)}\r\n`
      lines += 1
      return buffered.length >= bufferedCharacters ? flush() : undefined
    },
    close: async () => {
      await flush()
      await file.close()
    },
  }
}
