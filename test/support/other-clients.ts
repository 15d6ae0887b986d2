/**
 * Clients of other makers, fetched by their own package managers and kept for the next run. Each of these resolves with the
 * folder where the client is, or undefined where it cannot be had, which is said in one visible line.
 */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { dataHome, repository } from '../../services/local/places.ts'

const run = promisify(execFile)
const patience = { timeout: 200_000 }

/** `made` names what is fetched: another one is fetched anew. */
async function fetchClient(name: string, made: string, fetchInto: (folder: string) => Promise<unknown>) {
  const folder = join(dataHome, 'tests', name)
  const stamp = join(folder, 'made')
  await mkdir(folder, { recursive: true })
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === made) return folder
  try {
    await fetchInto(folder)
    await writeFile(stamp, made)
    return folder
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    const reason = (stderr || message).trim().split('\n').at(-1)
    process.stdout.write(`Left out: ${name} (${made}), which could not be set up here (${reason})\n`)
    return undefined
  }
}

export const fetchFromPip = (name: string, packages: string[]) =>
  fetchClient(name, packages.join(' '), async folder => {
    await run('python3', ['-m', 'venv', folder])
    await run(join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...packages], patience)
  })

export const fetchFromNpm = (name: string, packages: string[]) =>
  fetchClient(name, packages.join(' '), folder =>
    run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, ...packages], patience),
  )

/** `pom` is the text of a pom.xml; the jars lie in `libs/`. */
export const fetchFromMaven = (name: string, made: string, pom: string) =>
  fetchClient(name, made, async folder => {
    await writeFile(join(folder, 'pom.xml'), pom)
    await run('javac', ['-version'])
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'libs')}`]
    await run('mvn', ['-B', '-q', '-f', join(folder, 'pom.xml'), ...copy], patience)
  })

/** A program's output when it was given `input`. @throws with its complaints where it failed. */
export async function runWith(command: string, words: string[], input: string, cwd = repository): Promise<string> {
  const child = spawn(command, words, { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(input)
  const ended = new Promise(resolve => child.once('close', resolve))
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  if ((await ended) !== 0) throw new Error(complaints)
  return printed
}
