/**
 * Checkpoints kept in a file outside the database, appended to and never rewritten: one signed note after another, each
 * followed by an empty line. Several processes on one machine may share it.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { CheckpointSink } from './create-access-log.ts'

/** @throws where the file cannot be opened for appending, so that a hub that could keep nothing does not start. */
export function openCheckpointFile(path: string): { keep: CheckpointSink; close: () => void } {
  const file = openSync(path, 'a', 0o644)
  return {
    keep(checkpoint) {
      const bytes = Buffer.from(`${checkpoint}\n`)
      if (writeSync(file, bytes) !== bytes.length) throw new Error('the checkpoint file took only a part')
    },
    close: () => closeSync(file),
  }
}

/** The notes of a checkpoint file, oldest first. A part left by a crash at the end is no note and is left out. */
export const readCheckpointNotes = (text: string): string[] =>
  text.match(/(?:[^\n]+\n){3,}\n(?:— [^\n]+\n)+(?=\n)/g) ?? []
