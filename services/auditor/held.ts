/**
 * An auditor's own memory, which the hub cannot reach: checkpoints, and in a directory of the auditor's own every
 * leaf hash that was verified once. Checkpoints show that history was rewritten; leaf hashes name the very entry.
 */
import { appendFile, mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Checkpoint, openCheckpoint, readNotes, type Trust } from './note.ts'

export class HeldError extends Error {}

/** @throws HeldError where a note among them is not to be trusted: then nothing can be concluded from them. */
export function readHeldCheckpoints(text: string, trust: Trust): Checkpoint[] {
  const checkpoints = readNotes(text).map((note, i) => {
    const checkpoint = openCheckpoint(note, trust)
    if (typeof checkpoint === 'string')
      throw new HeldError(`checkpoint ${i + 1} of those held is not to be trusted: ${checkpoint}`)
    return checkpoint
  })
  if (checkpoints.length === 0) throw new HeldError('the file of held checkpoints has none')
  return checkpoints.sort((a, b) => a.size - b.size)
}

/** A directory with `checkpoints` (every one that was verified, oldest first) and `leaves` (32 bytes an entry). */
export function openKeeping(directory: string) {
  const checkpointsFile = join(directory, 'checkpoints')
  const leavesFile = join(directory, 'leaves')
  const read = async (file: string) =>
    readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0)
      throw error
    })
  return {
    checkpoints: async () => (await read(checkpointsFile)).toString(),
    leaves: async () => {
      const bytes = await read(leavesFile)
      return bytes.subarray(0, bytes.length - (bytes.length % 32))
    },
    /**
     * `leaves` is all of them, or with `from` those from that index on; what is kept already is not written again. Leaves
     * first, then the checkpoint that vouches for them: a crash between leaves some that the next round overwrites.
     */
    keep: async (leaves: Buffer, note: string, from = 0) => {
      await mkdir(directory, { recursive: true })
      const file = await open(leavesFile, 'a+')
      const kept = Math.floor((await file.stat()).size / 32) * 32
      await file.truncate(kept)
      await file.appendFile(leaves.subarray(Math.max(kept - from * 32, 0)))
      await file.close()
      await appendFile(checkpointsFile, `${note}\n`, { flush: true })
    },
  }
}

export type Keeping = ReturnType<typeof openKeeping>
