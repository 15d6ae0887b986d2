/**
 * Which versions of records were published, by key and sequence. The hub takes one content for each; a row that was corrected
 * under the sequence it had would be rejected there, while its sender believes it published. Bounded: of the newest two
 * million versions 12 bytes each, on disk across runs, and a table of at most 50 MB in memory. Older ones are forgotten, and left
 * to the hub.
 */
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { OutgoingMessage } from '../contract/envelope.ts'
import { writeAtomically } from './atomic-file.ts'
import { createVersionTable, type Noted, type VersionTable } from './version-table.ts'

export type PublishedVersions = {
  /** `other`: another content was published, or is on its way, under this key and sequence. Else it is noted, in memory. */
  note: (message: OutgoingMessage) => Noted | 'other'
  /** Kafka has them. */
  keep: (noted: readonly Noted[]) => void
  /** They did not get there. */
  retract: (noted: readonly Noted[]) => void
  /** Makes durable what was kept. @throws where the disk does not take it. */
  flush: () => Promise<void>
}

/** The reason given where a used sequence comes with other content. */
export const sequenceUsed = {
  pointer: 'header:ce_sequence',
  keyword: 'sequence',
  message:
    'was published before with other content under the same key and sequence, which the hub would reject: give the row a newer time of change or a higher number, or, where the file’s time or name is the sequence, one row per key and a newer file',
  zh: '同一主键、同一版本序号此前已发布过不同内容，平台将不予接收：请更新该行的变更时间或版本号；以文件时间或文件名为序号的，同一主键只写一行，并重新导出新文件',
}

const entryBytes = 12

/** An unreadable file counts as an empty one. */
export async function openPublishedVersions(path: string, most = 2_000_000): Promise<PublishedVersions> {
  let table: VersionTable = createVersionTable()
  let written = load(table, await readFile(path).catch(() => Buffer.alloc(0)), most)
  let pending: Noted[] = []
  /** One at a time; whoever comes meanwhile shares the next. */
  let writing: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | undefined

  /** The newer half stays. */
  const shrink = async () => {
    const kept = (await readFile(path)).subarray(-Math.floor(most / 2) * entryBytes)
    await writeAtomically(path, kept)
    table = createVersionTable()
    written = load(table, kept, most)
  }
  const write = async () => {
    if (pending.length === 0) return
    const entries = entriesOf(pending)
    await append(path, written * entryBytes, entries)
    pending = pending.slice(entries.length / entryBytes)
    written += entries.length / entryBytes
    if (written >= most) await shrink()
  }
  return {
    note: message => table.note(message),
    keep: noted => {
      for (const one of noted) if (one.isNew) pending.push(one)
    },
    retract: noted => {
      for (const one of noted) if (one.isNew) table.retract(one)
    },
    flush: () => {
      waiting ??= writing.then(() => {
        waiting = undefined
        const outcome = write()
        writing = outcome.catch(() => {})
        return outcome
      })
      return waiting
    },
  }
}

function entriesOf(noted: readonly Noted[]): Buffer {
  const entries = Buffer.allocUnsafe(noted.length * entryBytes)
  for (const [index, { high, low, content }] of noted.entries()) {
    entries.writeInt32LE(high, index * entryBytes)
    entries.writeInt32LE(low, index * entryBytes + 4)
    entries.writeInt32LE(content, index * entryBytes + 8)
  }
  return entries
}

/** Returns how many there are. A last one that is cut off is none. */
function load(table: VersionTable, file: Buffer, most: number): number {
  const count = Math.floor(file.length / entryBytes)
  for (let at = Math.max(0, count - most); at < count; at++) {
    const place = at * entryBytes
    table.put(file.readInt32LE(place), file.readInt32LE(place + 4), file.readInt32LE(place + 8))
  }
  return count
}

async function append(path: string, length: number, entries: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, length === 0 ? 'w' : 'r+', 0o600)
  try {
    await file.write(entries, 0, entries.length, length)
  } finally {
    await file.close()
  }
}
