/** An auditor's export, line by line: every entry against its receipt, nothing missing from the end. */
import type { Json } from '../contract/canonical-json.ts'
import type { Checkpoint, Trust } from './note.ts'
import { verifyReceipt } from './verify-receipt.ts'

export type VerifiedExport = { entries: number; checkpoints: Checkpoint[] }
/** `line` counts from 1; `index` is that of the entry there, where it could be read. */
export type ExportFault = { line: number; index?: number; problem: string }

/** `onEntry` is called for each verified entry. Lines come without their newline. */
export async function verifyExport(
  lines: AsyncIterable<string>,
  trust: Trust,
  onEntry: (entry: Json) => void = () => {},
): Promise<VerifiedExport | ExportFault> {
  const checkpoints = new Map<string, Checkpoint>()
  let line = 0
  let entries = 0
  let ended: number | undefined
  for await (const text of lines) {
    line += 1
    if (text === '') continue
    if (ended !== undefined) return { line, problem: 'there is more after the line that ends the export' }
    const read = readLine(text)
    if (typeof read === 'string') return { line, problem: read }
    if ('exported' in read) {
      ended = read.exported
      continue
    }
    const verified = verifyReceipt(read.receipt, trust, read.entry)
    if (typeof verified === 'string') return { line, problem: verified, ...indexIn(read.entry) }
    checkpoints.set(verified.checkpoint.root.toString('hex'), verified.checkpoint)
    entries += 1
    onEntry(read.entry)
  }
  if (ended === undefined) return { line: line + 1, problem: 'the export broke off: its last line is missing' }
  if (ended !== entries) return { line, problem: `the export had ${ended} entries, here are ${entries}` }
  return { entries, checkpoints: [...checkpoints.values()] }
}

type Line = { entry: Json; receipt: string } | { exported: number }

function readLine(text: string): Line | string {
  try {
    const line: unknown = JSON.parse(text)
    if (typeof line === 'object' && line !== null) {
      if ('exported' in line && typeof line.exported === 'number') return { exported: line.exported }
      if ('entry' in line && 'receipt' in line && typeof line.receipt === 'string') {
        return { entry: line.entry as Json, receipt: line.receipt }
      }
    }
  } catch {
    return 'this is no JSON'
  }
  return 'this is no line of an export'
}

const indexIn = (entry: Json): { index?: number } =>
  entry !== null && typeof entry === 'object' && !Array.isArray(entry) && typeof entry.index === 'number'
    ? { index: entry.index }
    : {}
