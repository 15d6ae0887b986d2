/** How far each source file was published, kept on disk so that a restart publishes nothing twice and leaves nothing out. */
import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Failure, failure } from '../contract/failure.ts'
import { writeAtomically } from './atomic-file.ts'

/** A file's content: `digest` is SHA-256; size and time only tell whether it is worth asking again. */
export type Content = { size: number; modified: number; digest: string }

export type FileProgress = Content & {
  file: string
  /** When this content was first seen to have been written, ms since 1970: rows get their sequence from it. */
  written: number
  /** Digest of mapping, event rules and schema version that the rows were read by. */
  rules: string
  /** Rows dealt with: acknowledged by Kafka, or in the report. */
  rows: number
  refused: number
  reportBytes: number
  /** `stopped`: the rest cannot be read, or the columns do not fit. */
  state: 'reading' | 'done' | 'stopped'
  /** Why it was stopped. */
  reason?: string | undefined
}

export type ProgressStore = {
  /** undefined for a file never seen, and for notes that are not readable: then all is published again, which the hub notices. */
  read: (file: string) => Promise<FileProgress | undefined>
  write: (progress: FileProgress) => Promise<void>
}

/** Failure CONFIG_INVALID: the folder cannot be made. */
export async function openProgress(folder: string): Promise<ProgressStore | Failure> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return failure('CONFIG_INVALID', { detail: `DATARUN_STATE_FOLDER: ${folder} cannot be made (${code})` })
  }
  const known = new Map<string, FileProgress>()
  const pathOf = (file: string) => join(folder, `${hash('sha256', file).slice(0, 24)}.json`)
  return {
    read: async file => known.get(file) ?? readProgress(pathOf(file), file),
    write: async progress => {
      await writeAtomically(pathOf(progress.file), `${JSON.stringify(progress)}\n`)
      known.set(progress.file, progress)
    },
  }
}

async function readProgress(path: string, file: string): Promise<FileProgress | undefined> {
  try {
    const progress = JSON.parse(await readFile(path, 'utf8')) as FileProgress
    return progress.file === file ? progress : undefined
  } catch {
    return undefined
  }
}

/** The known content where size and time are the same still, else read anew. @throws where the file cannot be read. */
export async function contentOf(path: string, known?: Content): Promise<Content> {
  const { size, mtimeMs } = await stat(path)
  const modified = Math.floor(mtimeMs)
  if (known?.size === size && known.modified === modified) return { size, modified, digest: known.digest }
  const digest = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1_048_576 }), digest)
  return { size, modified, digest: digest.digest('base64url') }
}
