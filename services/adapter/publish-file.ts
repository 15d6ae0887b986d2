/**
 * One file from its first row to its last: read, publish, remember how far. Kafka has a batch safely before the progress
 * says so; the next batch is made ready meanwhile. After a crash rows may be sent again, with the ids and sequences they
 * had, which the hub takes as the same events.
 */
import { hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Failure, failure, inWords, isFailure } from '../contract/failure.ts'
import type { Logger } from '../contract/log.ts'
import type { Config } from './config-schema.ts'
import type { Publication } from './message.ts'
import type { Tally } from './metrics.ts'
import { contentOf, type FileProgress, type ProgressStore } from './progress.ts'
import type { Outbox } from './publish.ts'
import type { PublishedVersions } from './published-versions.ts'
import { type ReadyBatch, readyBatches } from './ready-batches.ts'
import { openReport, type Report } from './report.ts'
import type { RowRules } from './row.ts'

/** `name` is how progress, reports and people call it: relative to the source's folder. */
export type SourceFile = { path: string; name: string; report: string }

/**
 * Outcome of a file, or how far it is. `rows` are those read so far, `refused` those of them that were not published; `bytes` is the
 * file's size, `report` the path of the CSV that names the refused rows; `reason` says why the file was stopped.
 */
export type FileState = {
  file: string
  state: 'unchanged' | FileProgress['state']
  rows: number
  refused: number
  bytes: number
  reason?: string
  report?: string
}

export type FileWork = {
  config: Config
  rules: RowRules
  publication: Publication
  outbox: Outbox
  progress: ProgressStore
  versions: PublishedVersions
  log: Logger
  now: () => Date
  /** Told after every batch. */
  onProgress: (state: FileState) => void
  tally: Tally
  /** Ends the work between two batches, with all that was acknowledged written down. */
  signal: AbortSignal
  /** Whether to try again for as long as it takes where Kafka is away. */
  patient: boolean
}

const saveEvery = 5_000

/** Failures are Kafka's: UNAVAILABLE, NOT_ALLOWED. A fault of the file itself is a state, kept until it changes. */
export async function publishFile(file: SourceFile, work: FileWork): Promise<FileState | Failure> {
  const known = await work.progress.read(file.name)
  const progress = await startingPoint(file, known, rulesDigest(work))
  if (isFailure(progress)) return brokenFile(file, progress)
  if (progress.state !== 'reading') {
    if (progress !== known) await work.progress.write(progress)
    return { ...stateOf(progress, file), state: progress.state === 'done' ? 'unchanged' : 'stopped' }
  }
  const report = await openReport(file.report, progress.reportBytes, progress.refused)
  const outcome = await publishRows({ file, work, progress, report, saved: progress.rows })
  if (outcome === 'done') progress.state = 'done'
  if (isFailure(outcome) && outcome.failure === 'SOURCE_INVALID') {
    progress.state = 'stopped'
    progress.reason = inBothLanguages(outcome)
  }
  const unsaved = await save(work, progress, report)
  if (unsaved) return unsaved
  if (isFailure(outcome) && progress.state === 'reading') return outcome
  work.onProgress(stateOf(progress, file))
  return stateOf(progress, file)
}

const inBothLanguages = ({ detail = '', detailZh }: Failure) => (detailZh ? `${detail} · ${detailZh}` : detail)

const brokenFile = ({ name }: SourceFile, outcome: Failure): FileState => ({
  file: name,
  state: 'stopped',
  rows: 0,
  refused: 0,
  bytes: 0,
  reason: inBothLanguages(outcome),
})

const stateOf = ({ file, state, rows, refused, size, reason }: FileProgress, { report }: SourceFile): FileState => ({
  file,
  state,
  rows,
  refused,
  bytes: size,
  ...(reason && { reason }),
  ...(refused > 0 && { report }),
})

/**
 * After the rows already dealt with, if the content is the same, whatever its date says now. Where rows were refused and the
 * rules have changed since, all are tried again: those that were published are the same events still.
 */
async function startingPoint(
  file: SourceFile,
  known: FileProgress | undefined,
  rules: string,
): Promise<FileProgress | Failure> {
  try {
    const content = await contentOf(file.path, known)
    const start = { rules, rows: 0, refused: 0, reportBytes: 0, state: 'reading' } as const
    if (known?.digest !== content.digest) return { ...content, ...start, file: file.name, written: content.modified }
    const isIncomplete = known.refused > 0 || known.state === 'stopped'
    if (isIncomplete && known.rules !== rules) return { ...content, ...start, file: file.name, written: known.written }
    return known.modified === content.modified ? known : { ...known, ...content }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return failure('SOURCE_INVALID', file.name.includes('\uFFFD') ? nameNotUtf8 : notReadable(code))
  }
}

const notReadable = (code = 'unknown') => inWords(`the file cannot be read (${code})`, `文件无法读取（${code}）`)
const nameNotUtf8 = inWords(
  'the file cannot be opened, for its name is not UTF-8 (an archive of Windows mostly has GBK): rename it',
  '文件名不是 UTF-8 编码（多为 Windows 压缩包中的 GBK 文件名），无法打开：请重命名该文件',
)

const rulesDigest = ({ config: { csv, mapping, event }, publication: { schema } }: FileWork) =>
  hash('sha256', JSON.stringify([csv, mapping, event, schema.version]), 'base64url')

/** A file underway; `saved` is how many of its rows the progress on disk knows of. */
type Run = { file: SourceFile; work: FileWork; progress: FileProgress; report: Report; saved: number }

/** `reading` where the signal ended it. */
async function publishRows(run: Run): Promise<'done' | 'reading' | Failure> {
  const { file, work, progress } = run
  let underway: Promise<Failure | undefined> = Promise.resolve(undefined)
  for await (const batch of readyBatches(file, progress, work)) {
    const failed = await underway
    if (!isFailure(batch) && (failed || work.signal.aborted)) work.versions.retract(batch.noted)
    if (failed) return failed
    if (isFailure(batch)) return batch
    if (work.signal.aborted) return 'reading'
    underway = deliver(run, batch)
  }
  return (await underway) ?? 'done'
}

async function deliver(
  run: Run,
  { messages, noted, refused, refusedRows, rows }: ReadyBatch,
): Promise<Failure | undefined> {
  const { file, work, progress, report } = run
  const failed = await untilPublished(messages, work)
  if (failed) {
    work.versions.retract(noted)
    return failed
  }
  work.versions.keep(noted)
  for (const line of refused) report.add(line)
  progress.rows += rows
  progress.refused += refusedRows
  work.tally('published', messages.length)
  work.tally('refused', refusedRows)
  if (progress.rows - run.saved >= saveEvery) {
    const unsaved = await save(work, progress, report)
    if (unsaved) return unsaved
    run.saved = progress.rows
  }
  work.onProgress(stateOf(progress, file))
  return undefined
}

/** UNAVAILABLE where the disk does not take it: then nothing more is published, for it could not be remembered. */
async function save(
  { progress: store, versions }: FileWork,
  progress: FileProgress,
  report: Report,
): Promise<Failure | undefined> {
  try {
    await versions.flush()
    progress.reportBytes = await report.flush()
    await store.write(progress)
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return failure('UNAVAILABLE', { detail: `progress and report cannot be written (${code})` })
  }
}

async function untilPublished(messages: ReadyBatch['messages'], work: FileWork): Promise<Failure | undefined> {
  for (;;) {
    const outcome = await work.outbox.publish(messages)
    if (outcome === 'published') return undefined
    if (!work.patient || outcome.failure === 'NOT_ALLOWED' || work.signal.aborted) return outcome
    work.log.warn({ detail: outcome.detail }, 'Kafka does not take the records; retrying')
    await sleep(1_000, undefined, { signal: work.signal }).catch(() => {})
  }
}
