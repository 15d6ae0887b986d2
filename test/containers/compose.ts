/** Docker and Compose as a user calls them, in a folder of its own with what an image and a stack are made of. */
import { spawn } from 'node:child_process'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { repository } from '../../services/local/places.ts'

export type Outcome = { code: number; output: string; errors: string }

/** Runs a line of shell in `folder`; never throws. */
export async function shell(folder: string, line: string, settings: Record<string, string> = {}): Promise<Outcome> {
  const child = spawn('bash', ['-c', line], {
    cwd: folder,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = new Promise<number>(resolve => child.once('close', code => resolve(code ?? 1)))
  const [code, output, errors] = await Promise.all([closed, text(child.stdout), text(child.stderr)])
  return { code, output, errors }
}

/** The output of a line that must go well. @throws Error with what it said. */
export async function must(folder: string, line: string, settings: Record<string, string> = {}): Promise<string> {
  const { code, output, errors } = await shell(folder, line, settings)
  if (code !== 0) throw new Error(`${line} ended with ${code}: ${errors || output}`)
  return output
}

export const lines = (output: string) => output.split('\n').filter(line => line !== '')

/** Copies what docker-compose.yml builds from, so that a test may change it as an update does. */
export async function copyProject(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const parts = [
    'docker-compose.yml',
    'Dockerfile',
    '.dockerignore',
    'package.json',
    'package-lock.json',
    'services',
    'schemas',
  ]
  for (const part of parts) await cp(join(repository, part), join(folder, part), { recursive: true })
}

/** Waits until `check` holds. @throws Error with the last thing it said. */
export async function until(check: () => Promise<true | string>, seconds = 90): Promise<void> {
  const end = Date.now() + seconds * 1000
  let said: true | string = 'nothing'
  while (Date.now() < end) {
    said = await check()
    if (said === true) return
    await new Promise(resolve => setTimeout(resolve, 500))
  }
  throw new Error(`not within ${seconds} s: ${said}`)
}

export const storyOf = (folder: string) => must(folder, 'docker compose logs --no-log-prefix city')

/** The command that the story prints for a pull. */
export const pullLine = async (folder: string) => / {2}(echo "person .*)$/m.exec(await storyOf(folder))?.[1] ?? 'exit 9'

/** The containers that stay. */
export const staying = ['exchange', 'identity', 'kafka', 'postgres']

/** Waits until each of them is well by its own health check, and the hub by its readiness. */
export const wellAgain = (folder: string) =>
  until(async () => {
    const format = '{{.Name}} {{.State.Status}} {{.State.Health.Status}}'
    const names = staying.map(name => `datarun-${name}-1`).join(' ')
    const states = lines(await must(folder, `docker inspect --format '${format}' ${names}`))
    if (states.some(state => !state.endsWith('running healthy'))) return states.join(', ')
    const ready = await fetch('http://127.0.0.1:8080/readyz').catch(() => undefined)
    return ready?.ok ? true : ((await ready?.text().catch(() => '')) ?? 'no answer')
  })
