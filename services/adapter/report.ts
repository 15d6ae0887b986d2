/**
 * The rows that were not published, and why: a CSV file that a clerk opens beside the source. It names line, column, place in the
 * record and reason; never the value, so that it can be sent around.
 */
import { mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Violation } from '../contract/failure.ts'
import { reasonInChinese } from './reason-chinese.ts'

/** A reason not to publish a row or a record. */
export type Problem = Violation

export type ReportLine = Problem & { line: number; column?: string | undefined }

export type Report = {
  add: (line: ReportLine) => void
  /** Makes what was added durable; returns the report's length, at which a later run goes on. */
  flush: () => Promise<number>
}

/** A file in which everything is wrong must not fill the disk. */
const mostLines = 100_000

/** Opens the report of a file whose first `bytes` bytes stand; whatever follows belongs to rows that are read again. */
export async function openReport(path: string, bytes: number, lines: number): Promise<Report> {
  if (bytes === 0) await rm(path, { force: true })
  let pending = ''
  let length = bytes
  let count = lines
  return {
    add: line => {
      count += 1
      if (count <= mostLines) pending += writeLine(line)
      else if (count === mostLines + 1)
        pending += `,,,,only the first ${mostLines} are listed,仅列出前 ${mostLines} 条\r\n`
    },
    flush: async () => {
      if (pending === '') return length
      const text = length === 0 ? heading + pending : pending
      pending = ''
      length = await append(path, length, text)
      return length
    },
  }
}

/** The byte order mark makes spreadsheet programs read it as UTF-8. */
const heading = '\uFEFFline,column,place,rule,reason,原因\r\n'

async function append(path: string, length: number, text: string): Promise<number> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, length === 0 ? 'w' : 'r+', 0o600)
  try {
    await file.truncate(length)
    const { bytesWritten } = await file.write(text, length)
    await file.datasync()
    return length + bytesWritten
  } finally {
    await file.close()
  }
}

const writeLine = ({ line, column = '', pointer, keyword, message, zh = reasonInChinese(keyword) }: ReportLine) =>
  `${[line, column, pointer, keyword, message, zh].map(cellOf).join(',')}\r\n`

/** A leading = + - @ would be a formula to a spreadsheet program. */
function cellOf(value: string | number): string {
  const text = String(value).replace(/^[=+\-@\t\r]/, "'$&")
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
