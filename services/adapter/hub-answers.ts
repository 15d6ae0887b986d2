/** The hub's answers, asked with ETags and kept on disk, so that an adapter starts and works on while the hub is away. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Failure, failure, isFailure } from '../contract/failure.ts'
import type { Logger } from '../contract/log.ts'
import type { Authorize } from '../contract/token-source.ts'
import { writeAtomically } from './atomic-file.ts'

export type HubAnswersOptions = {
  authorize: Authorize
  /** Where answers are kept. */
  folder: string
  log: Logger
}

export type Kept = { etag: string | null; body: unknown }

/** The hub's answer, or the last one that is kept under this name where the hub does not answer. */
export async function askOrRemember(
  options: HubAnswersOptions,
  address: string,
  name: string,
  missing: 'DATASET_UNKNOWN' | 'SCHEMA_UNKNOWN' | 'NOT_FOUND',
): Promise<Kept | Failure> {
  const path = join(options.folder, name)
  const kept = await readKept(path)
  const answer = await ask(address, options.authorize, kept)
  if (answer === 'same') return kept!
  if (answer === 'missing') return failure(missing, { detail: `The hub does not know ${address}.` })
  if (!isFailure(answer)) {
    await keep(path, answer, options)
    return answer
  }
  if (answer.failure !== 'UNAVAILABLE' || !kept) return answer
  options.log.warn({ address, detail: answer.detail }, 'the hub does not answer; its last answer is used')
  return kept
}

/** Without it the adapter works too, only not through an outage of the hub. */
async function keep(path: string, answer: Kept, { folder, log }: HubAnswersOptions): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeAtomically(path, JSON.stringify(answer))
  } catch (error) {
    log.warn({ err: error, path }, 'the hub’s answer could not be saved')
  }
}

async function readKept(path: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Kept
  } catch {
    return undefined
  }
}

const patience = 10_000

async function ask(
  address: string,
  authorize: Authorize,
  kept: Kept | undefined,
): Promise<Kept | Failure | 'same' | 'missing'> {
  try {
    const headers = { ...(await authorize('GET', address)), ...(kept?.etag && { 'if-none-match': kept.etag }) }
    const response = await fetch(address, { headers, redirect: 'error', signal: AbortSignal.timeout(patience) })
    if (response.status === 304 && kept) return 'same'
    if (response.status === 200) return { etag: response.headers.get('etag'), body: await response.json() }
    if (response.status === 401 || response.status === 403)
      return failure('NOT_ALLOWED', { detail: `The hub refuses this system ${address}${await reasonIn(response)}.` })
    await response.body?.cancel()
    if (response.status === 404) return 'missing'
    return failure('UNAVAILABLE', { detail: `The hub answered ${response.status} at ${address}.` })
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } }
    return failure('UNAVAILABLE', { detail: `${address}: ${cause?.code ?? message}` })
  }
}

/** The hub's own words, where they are short enough to be that. */
async function reasonIn(response: Response): Promise<string> {
  const { code, detail } = (await response.json().catch(() => ({}))) as Record<string, unknown>
  const words = [code, detail].filter(one => typeof one === 'string' && /^[\x20-\x7e]{1,300}$/.test(one)).join(': ')
  return words && ` (${words.replace(/\.$/, '')})`
}
