/** Directories of one run of jest: all below one, which the run removes at its end, or the next run if it was killed. */
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Set by global-setup.ts; workers inherit it. */
export const homeVariable = 'DATARUN_TEST_HOME'
const prefix = 'datarun-test-'

/** A new directory that PostgreSQL's own user may enter, too, where tests run as root. */
export async function temporaryHome(): Promise<string> {
  return enterable(await mkdtemp(join(process.env[homeVariable] ?? tmpdir(), 'home-')))
}

export async function openRunHome(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    const owner = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1])
    if (owner && !isAlive(owner)) await rm(join(tmpdir(), name), { recursive: true, force: true })
  }
  return enterable(await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`)))
}

async function enterable(directory: string): Promise<string> {
  await chmod(directory, 0o711)
  return directory
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
