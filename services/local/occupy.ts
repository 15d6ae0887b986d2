import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Marks a data directory as ours while we run; two stacks on one directory would fight over ports and files.
 * @returns what gives it free again. @throws naming the process that has it.
 */
export async function occupy(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'pid')
  const holder = Number(await readFile(path, 'utf8').catch(() => '0'))
  if (holder > 0 && holder !== process.pid && isAlive(holder)) {
    throw new Error(
      `Datarun runs on ${directory} already (process ${holder}): stop it, or remove ${path} if it is another`,
    )
  }
  await rm(path, { force: true })
  const handle = await open(path, 'wx')
  await handle.writeFile(String(process.pid))
  await handle.close()
  return () => rm(path, { force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
