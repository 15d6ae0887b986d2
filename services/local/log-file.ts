import { mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const largest = 10_000_000

/**
 * Opens a child's log for appending; one that has grown large is kept as `<name>.1` and begun anew.
 * `start` is where what follows will stand.
 */
export async function openLog(path: string) {
  await mkdir(dirname(path), { recursive: true })
  const size = await stat(path).then(
    found => found.size,
    () => 0,
  )
  if (size > largest) await rename(path, `${path}.1`)
  return { handle: await open(path, 'a', 0o600), start: size > largest ? 0 : size }
}

export async function readFrom(path: string, start: number): Promise<string> {
  const handle = await open(path, 'r')
  try {
    const length = Math.max(0, (await handle.stat()).size - start)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

export const lastLines = (text: string) => text.trimEnd().split('\n').slice(-15).join('\n')
