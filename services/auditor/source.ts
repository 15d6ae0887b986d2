/** Where a log is read from: a hub's address, or a directory that holds the same files (c2sp.org/tlog-tiles). */
import { readFile as readFileBack } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** Half the cost of the one in node:fs/promises, and a log is tens of thousands of small files. */
const readFile = promisify(readFileBack)

export type LogSource = {
  checkpoint: () => Promise<string>
  /** `width` hashes of tile `index` at `level`; undefined where there is no such tile. */
  tile: (level: number, index: number, width: number) => Promise<Buffer | undefined>
  /** A bundle of entries; undefined where it is not there: past its retention, or removed. */
  entries: (index: number, width: number) => Promise<Buffer | undefined>
}

/** The log could not be read: nothing is proved either way. */
export class SourceError extends Error {}

/** 1234067 → `x001/x234/067`. */
function indexPath(index: number): string {
  const last = String(index % 1000).padStart(3, '0')
  let path = last
  for (let left = Math.floor(index / 1000); left > 0; left = Math.floor(left / 1000)) {
    path = `x${String(left % 1000).padStart(3, '0')}/${path}`
  }
  return path
}

const tilePath = (level: number | 'entries', index: number, width: number): string =>
  `tile/${level}/${indexPath(index)}${width < 256 ? `.p/${width}` : ''}`

type Read = (path: string) => Promise<Buffer | undefined>

function sourceOf(read: Read): LogSource {
  return {
    checkpoint: async () => {
      const note = await read('checkpoint')
      if (!note) throw new SourceError('there is no checkpoint')
      return note.toString()
    },
    tile: async (level, index, width) => cut(await orFull(read, level, index, width), width * 32),
    entries: (index, width) => orFull(read, 'entries', index, width),
  }
}

const cut = (bytes: Buffer | undefined, length: number) =>
  bytes && bytes.length >= length ? bytes.subarray(0, length) : undefined

/** A partial tile may be gone once the full one is there. */
async function orFull(read: Read, level: number | 'entries', index: number, width: number) {
  return (await read(tilePath(level, index, width))) ?? (width < 256 ? read(tilePath(level, index, 256)) : undefined)
}

export const directorySource = (directory: string): LogSource =>
  sourceOf(async path => {
    try {
      return await readFile(join(directory, path))
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
      throw new SourceError(`${join(directory, path)} cannot be read: ${(error as Error).message}`)
    }
  })

const attempts = 3

/**
 * `base` is the log's address, as `https://hub.example/v1/access-log`; `token` gives an auditor's, for bundles of entries, and
 * is asked again for each: a long run outlives the token it began with.
 */
export const addressSource = (base: string, token?: () => string): LogSource =>
  sourceOf(async path => {
    const headers = { 'accept-encoding': 'gzip, identity', ...(token && { authorization: `Bearer ${token()}` }) }
    for (let attempt = 1; ; attempt += 1) {
      const answer = await fetch(`${base.replace(/\/$/, '')}/${path}`, { headers }).catch((error: Error) => error)
      if (!(answer instanceof Error)) {
        if (answer.status === 200) return Buffer.from(await answer.arrayBuffer())
        if (answer.status === 404) return undefined
        if (answer.status !== 429 && answer.status < 500)
          throw new SourceError(
            `${path} is answered ${answer.status}${answer.status === 401 ? ': renew the token' : ''}`,
          )
      }
      const reason = answer instanceof Error ? String(answer.cause ?? answer.message) : `status ${answer.status}`
      if (attempt === attempts) throw new SourceError(`${path} cannot be fetched: ${reason}`)
      await new Promise(resolve => setTimeout(resolve, 200 * 2 ** attempt))
    }
  })

/** Reads through, and leaves in `directory` a copy of all that was read, to be checked again offline. */
export function savingSource(source: LogSource, directory: string): LogSource {
  const save = async <T extends Buffer | string | undefined>(path: string, content: T): Promise<T> => {
    if (content === undefined) return content
    const file = join(directory, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.new`, content)
    await rename(`${file}.new`, file)
    return content
  }
  return {
    checkpoint: async () => save('checkpoint', await source.checkpoint()),
    tile: async (level, index, width) => save(tilePath(level, index, width), await source.tile(level, index, width)),
    entries: async (index, width) => save(tilePath('entries', index, width), await source.entries(index, width)),
  }
}
