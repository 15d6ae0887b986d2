/** The files of a source, once or for as long as the adapter runs. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Failure, failure, isFailure } from '../contract/failure.ts'
import type { Publication } from './message.ts'
import { type FileState, type FileWork, publishFile, type SourceFile } from './publish-file.ts'
import { isSettled } from './sources/files.ts'
import { checkTargets } from './targets.ts'

type Told = {
  /** The last log line about each file. */
  told: Map<string, string>
}

export type FileSource = Omit<FileWork, 'publication' | 'patient'> &
  Told & {
    files: () => Promise<SourceFile[]>
    publication: () => Promise<Publication | Failure>
  }

/** Failures: SOURCE_INVALID where there is no file, those of the hub's schema, and UNAVAILABLE or NOT_ALLOWED from Kafka, after which the next run goes on. */
export async function publishFiles(source: FileSource): Promise<FileState[] | Failure> {
  const { csv } = source.config
  if (!csv) return failure('SOURCE_INVALID', { detail: 'the config has no "csv", so there are no files to publish' })
  const files = await source.files()
  if (files.length === 0) return failure('SOURCE_INVALID', { detail: `no file is there by the name of ${csv.files}` })
  const publication = await usablePublication(source)
  if (isFailure(publication)) return publication
  return publishEach(files, { ...source, publication, patient: false })
}

/** Returns when the signal says so. */
export async function watchFiles(source: FileSource, every: number): Promise<void> {
  const { signal, log } = source
  while (!signal.aborted) {
    const outcome = await publishSettled(source).catch(error => log.error({ err: error }, 'looking for files failed'))
    if (isFailure(outcome)) log.warn({ code: outcome.failure, detail: outcome.detail }, 'files wait; retrying')
    await sleep(every, undefined, { signal }).catch(() => {})
  }
}

async function publishSettled(source: FileSource): Promise<FileState[] | Failure> {
  const files = await source.files()
  tellMissing(source, files)
  const settled = await Promise.all(files.map(file => isSettled(file.path, source.now())))
  const ready = files.filter((_, index) => settled[index])
  if (ready.length === 0) return []
  const publication = await usablePublication(source)
  if (isFailure(publication)) return publication
  return publishEach(ready, { ...source, publication, patient: true })
}

async function usablePublication({ publication, config }: FileSource): Promise<Publication | Failure> {
  const current = await publication()
  return isFailure(current) ? current : (checkTargets(config, current.schema.placeOf) ?? current)
}

/** A fault of one file does not hold up the others. */
async function publishEach(files: SourceFile[], work: FileWork & Told): Promise<FileState[] | Failure> {
  const states: FileState[] = []
  for (const file of files) {
    if (work.signal.aborted) break
    const state = await publishFile(file, work)
    if (isFailure(state)) return { ...state, detail: `${file.name}: ${state.detail ?? state.failure}` }
    logState(work, state)
    states.push(state)
  }
  return states
}

/** Once, until there is one. */
function tellMissing({ log, config: { dataset, csv }, told }: FileSource, files: SourceFile[]): void {
  if (files.length === 0 && csv && !told.has(''))
    log.warn({ dataset, files: csv.files }, 'no file is there by this name')
  if (files.length === 0) told.set('', 'none')
  else told.delete('')
}

/** Once for each state of a file, however often it is looked at. */
function logState({ log, config: { dataset }, told }: FileWork & Told, { state, ...more }: FileState): void {
  const now = `${state} ${more.reason} ${more.rows} ${more.bytes}`
  if (told.get(more.file) === now) return
  told.set(more.file, now)
  if (state === 'stopped') log.error({ dataset, ...more }, 'file was not published to its end')
  else if (state === 'done') log.info({ dataset, ...more }, 'file published')
}
