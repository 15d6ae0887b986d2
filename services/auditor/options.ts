/** Options of the commands, read and checked. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { openKeeping, readHeldCheckpoints } from './held.ts'
import { type Checkpoint, type Key, readKey, type Trust } from './note.ts'
import { Usage } from './outcome.ts'
import { addressSource, directorySource, type LogSource, savingSource } from './source.ts'

export type TrustOptions = { key: string[]; keys?: string; witnesses: string }
export type LogOptions = TrustOptions & {
  url?: string
  dir?: string
  tokenFile?: string
  held?: string
  keep?: string
  save?: string
  tilesOnly?: boolean
  minimumIndex?: string
}

export async function readTrust({ key, keys, witnesses }: TrustOptions): Promise<Trust> {
  const lines = keys
    ? (await readFile(keys, 'utf8')).split('\n').filter(line => line.trim() && !line.startsWith('#'))
    : []
  const known = [...key, ...lines].map(text => readKey(text) ?? usage(`${JSON.stringify(text)} is no verifier key`))
  if (!known.some(one => !one.witness)) usage('name the key of the log to trust: --key <vkey> or --keys <file>')
  return { keys: known as Key[], witnesses: whole(witnesses, '--witnesses') }
}

export function usage(message: string): never {
  throw new Usage(message)
}

export const whole = (text: string, name: string): number =>
  /^\d{1,15}$/.test(text) ? Number(text) : usage(`${name} must be a whole number`)

export async function openSource(options: LogOptions): Promise<{ source: LogSource; minimumIndex: number }> {
  const { url, dir, tokenFile, save } = options
  if ((url === undefined) === (dir === undefined)) usage('say where the log is: --url <address> or --dir <dir>')
  const token = tokenFile === undefined ? undefined : () => readFileSync(tokenFile, 'utf8').trim()
  token?.()
  if (url && !token && !options.tilesOnly)
    usage('reading entries needs --token-file; to check hashes only say --tiles-only')
  const source = dir ? directorySource(dir) : addressSource(url!, token)
  const stated = options.minimumIndex === undefined ? undefined : whole(options.minimumIndex, '--minimum-index')
  const minimumIndex = stated ?? (url ? await statedMinimum(url) : 0)
  return { source: save ? savingSource(source, save) : source, minimumIndex }
}

/** A hub says below which index entries are past their retention; another log may not. */
async function statedMinimum(url: string): Promise<number> {
  const answer = await fetch(url.replace(/\/$/, '')).catch(() => undefined)
  const about = answer?.ok ? ((await answer.json().catch(() => ({}))) as { minimumIndex?: unknown }) : {}
  return typeof about.minimumIndex === 'number' ? about.minimumIndex : 0
}

export async function readHeld({ held, keep }: LogOptions, trust: Trust): Promise<Checkpoint[]> {
  const own = keep ? await openKeeping(keep).checkpoints() : ''
  const texts = [held ? await readFile(held, 'utf8') : '', own].filter(text => text !== '')
  return texts.flatMap(text => readHeldCheckpoints(text, trust)).sort((a, b) => a.size - b.size)
}
