import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type SystemUser = { uid: number; gid: number }

/** Owns PostgreSQL's files where we are root, and nothing else. */
const name = 'datarun-postgres'

/**
 * PostgreSQL refuses to run as root. Then it runs as a system user of its own, made at the first start: one that an
 * installed PostgreSQL uses would let either read the other's data. Undefined where we are not root: it runs as we do.
 */
export async function postgresUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const found = await lookUp()
  if (found) return found
  // May fail because another process of ours was first; the look-up tells.
  const why = await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', name]).then(
    () => '',
    (error: Error) => error.message,
  )
  const made = await lookUp()
  if (made) return made
  throw new Error(
    `PostgreSQL does not run as root, and the system user "${name}" could not be made for it: create it by hand, or start as an ordinary user (${why})`,
  )
}

async function lookUp(): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map(flag => run('id', [flag, name])))
    return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
  } catch {
    return undefined
  }
}

/** Whether that user can enter a directory, or run a program: asked of the system itself, which knows all its rules. */
export async function mayEnter(user: SystemUser, path: string): Promise<boolean> {
  return run('test', ['-x', path], { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  )
}
