/** `datarun` as it is typed, in a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { repository } from '../../services/local/places.ts'
import { ownEnvironment } from '../../services/local/processes.ts'

export const cliMain = join(repository, 'services/cli/main.ts')

export type Typed = { code: number | null; out: string; err: string }

export async function typeCommand(
  words: readonly string[],
  { input = '', env = {}, cwd = repository }: { input?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Typed> {
  const child = spawn(process.execPath, [cliMain, ...words], {
    env: { ...ownEnvironment, PATH: process.env.PATH, ...env },
    cwd,
  })
  child.stdin.end(input)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, out, err }
}
