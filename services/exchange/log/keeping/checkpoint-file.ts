/**
 * Checkpoints kept in a file outside the database, appended to and never rewritten: one signed note after another, each
 * followed by an empty line. Several processes on one machine may share it.
 */
import { closeSync, fstatSync, openSync, readSync, statfsSync, writeSync } from 'node:fs'
import type { CheckpointSink } from '../append/publish.ts'

/** Parts what a crash or a full disk left of a note from the next one, so that the rest is no note at all. */
const tornMark = ' (torn)\n\n'

/** Bytes that are read back. */
const tail = 1_048_576

/** Bytes that must be free before anything is begun that ends with a checkpoint. */
const enough = 65_536

export type CheckpointFile = {
  keep: CheckpointSink
  /** Asked before any work is done. @throws where a checkpoint could not be kept now. */
  verify: () => void
  /** The notes at its end, oldest first: some thousands at most. */
  notes: () => string[]
  close: () => void
}

/** @throws where the file cannot be opened for appending, so that a hub that could keep nothing does not start. */
export function openCheckpointFile(path: string): CheckpointFile {
  const file = openSync(path, 'a+', 0o644)
  /** Checkpoint committed but not yet kept: until it is, nothing else may be begun. */
  let missing: string | undefined
  const append = (checkpoint: string) => {
    requireLinked(file)
    const bytes = Buffer.from(`${endsTorn(file) ? tornMark : ''}${checkpoint}\n`)
    if (writeSync(file, bytes) !== bytes.length) throw new Error('the checkpoint file took only a part')
  }
  return {
    keep(checkpoint) {
      missing = checkpoint
      append(checkpoint)
      missing = undefined
    },
    verify() {
      requireLinked(file)
      const { bavail, bsize } = statfsSync(path)
      if (bavail * bsize < enough) throw new Error('the disk of the checkpoint file is full')
      if (missing === undefined) return
      append(missing)
      missing = undefined
    },
    notes() {
      const { size } = fstatSync(file)
      const end = Buffer.alloc(Math.min(size, tail))
      readSync(file, end, 0, end.length, size - end.length)
      return readCheckpointNotes(end.toString())
    },
    close: () => closeSync(file),
  }
}

function requireLinked(file: number): void {
  if (fstatSync(file).nlink === 0) throw new Error('the checkpoint file was removed: put one in its place and restart')
}

/** Looked at before every write: another process may have died in the middle of its own. */
function endsTorn(file: number): boolean {
  const { size } = fstatSync(file)
  const end = Buffer.alloc(Math.min(size, 2))
  readSync(file, end, 0, end.length, size - end.length)
  return size > 0 && end.toString() !== '\n\n'
}

/** The notes of a checkpoint file, oldest first. */
export const readCheckpointNotes = (text: string): string[] =>
  text.match(/(?:[^\n]+\n){3,}\n(?:— \S+ [A-Za-z0-9+/]+={0,2}\n)+(?=\n)/g) ?? []
