import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mayEnter, type SystemUser } from './system-user.ts'

export const repository = fileURLToPath(new URL('../../', import.meta.url))
/** The folder of the local stack: data, logs, secrets, Kafka's jars. Git ignores it. */
export const dataHome = join(repository, '.datarun')
/** Where set-up.sh leaves Kafka's jars (`libs/`) and the path of a Java that can run them (`java`). */
export const kafkaHome = join(dataHome, 'kafka')
/** Node's cache of our compiled code: services start sooner and smaller with it. */
export const compiledCode = join(dataHome, 'compiled')

/** For what another user must reach while the repository stands where only root may enter, as below /root. */
export const sharedHome = '/var/lib/datarun'

/**
 * `wanted`, made if missing, if `user` may enter it; else a directory of its own below `sharedHome`, which a file named
 * `moved-to` in `wanted` points at.
 */
export async function enterableDirectory(wanted: string, user: SystemUser | undefined): Promise<string> {
  await mkdir(wanted, { recursive: true })
  if (!user) return wanted
  await chmod(wanted, 0o711)
  if (await mayEnter(user, wanted)) return wanted
  const elsewhere = join(sharedHome, createHash('sha256').update(wanted).digest('hex').slice(0, 16))
  // A closed umask would leave both to root alone.
  for (const folder of [sharedHome, elsewhere]) {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o711)
  }
  await writeFile(join(wanted, 'moved-to'), elsewhere)
  return elsewhere
}

/** Removes a directory and what `enterableDirectory` put elsewhere for it. */
export async function removeDirectory(directory: string): Promise<void> {
  const elsewhere = await readFile(join(directory, 'moved-to'), 'utf8').catch(() => undefined)
  if (elsewhere?.startsWith(`${sharedHome}/`)) await rm(elsewhere, { recursive: true, force: true })
  await rm(directory, { recursive: true, force: true })
}
