import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** 256 random bits, in letters that need no escape in a URL, a shell or a properties file. */
export const newSecret = () => randomBytes(32).toString('base64url')

/**
 * The secrets of a local stack by name, in one file that only its owner may read. Names that the file lacks are added,
 * so that a secret never changes once it is in use.
 */
export async function localSecrets<Name extends string>(path: string, names: Name[]): Promise<Record<Name, string>> {
  const known = await readSecrets(path)
  const secrets = Object.fromEntries(names.map(name => [name, known[name] ?? newSecret()]))
  if (names.some(name => known[name] === undefined)) await writeSecrets(path, { ...known, ...secrets })
  return secrets as Record<Name, string>
}

async function readSecrets(path: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Error(`${path} cannot be read: mend it, or begin anew with npm run reset`, { cause: error })
  }
}

async function writeSecrets(path: string, secrets: Record<string, string>) {
  await mkdir(dirname(path), { recursive: true })
  const handle = await open(path, 'w', 0o600)
  try {
    await chmod(path, 0o600)
    await handle.writeFile(`${JSON.stringify(secrets, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
