/** Files that are never half written: after a crash or a full disk the old content stands, or the new one, whole. */
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

export async function writeAtomically(path: string, content: string | Buffer): Promise<void> {
  const draft = `${path}.draft`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
