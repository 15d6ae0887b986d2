/** A file's rows as messages ready to go, batch by batch, leaving out those that an earlier run dealt with. */
import { basename } from 'node:path'
import type { OutgoingMessage } from '../contract/envelope.ts'
import { type Failure, failure, isFailure } from '../contract/failure.ts'
import type { Config } from './config-schema.ts'
import { type EventDefaults, sequenceInName } from './event.ts'
import type { Publication } from './message.ts'
import type { FileProgress } from './progress.ts'
import type { ReportLine } from './report.ts'
import { type ReadRow, type RowRules, reportLines, rowReader } from './row.ts'
import { type CsvRow, readCsv } from './sources/csv.ts'

/** `rows` counts both those that became messages and those refused, whose reasons are `refused`. */
export type ReadyBatch = { messages: OutgoingMessage[]; refused: ReportLine[]; refusedRows: number; rows: number }

type Reading = { config: Config; rules: RowRules; publication: Publication }

/** Large enough to spread what a request to Kafka costs, small enough that several wait in little memory. */
const batchSize = 1_000

/** Ends with SOURCE_INVALID where the file is not what the config says. */
export async function* readyBatches(
  file: { path: string },
  { rows: done, written }: FileProgress,
  { config, rules, publication }: Reading,
): AsyncGenerator<ReadyBatch | Failure> {
  const defaults = defaultsOf(config, file.path, written)
  if (isFailure(defaults)) return yield defaults
  let read: ReadRow | undefined
  let toSkip = done
  for await (const batch of readCsv(file.path, config.csv!, batchSize)) {
    if (isFailure(batch)) return yield batch
    if (!read) {
      const reader = rowReader(
        batch.shift()!.cells.map(name => name.trim()),
        rules,
        publication,
        defaults,
      )
      if (isFailure(reader)) return yield reader
      read = reader
    }
    const rows = batch.slice(toSkip)
    toSkip = Math.max(0, toSkip - batch.length)
    if (rows.length > 0) yield await readyBatch(rows, read, rules)
  }
  if (!read) yield failure('SOURCE_INVALID', { detail: 'the file is empty: its first line must name the columns' })
}

function defaultsOf({ event }: Config, path: string, written: number): EventDefaults | Failure {
  const sequence = event?.sequence === 'file-name' ? sequenceInName(basename(path)) : written
  if (sequence === undefined) {
    return failure('SOURCE_INVALID', { detail: 'the file’s name holds no number that could be the sequence' })
  }
  return { sequence, time: new Date(written).toISOString() }
}

async function readyBatch(rows: CsvRow[], read: ReadRow, rules: RowRules): Promise<ReadyBatch> {
  const batch: ReadyBatch = { messages: [], refused: [], refusedRows: 0, rows: rows.length }
  for (const row of rows) {
    const outcome = read(row)
    const message = outcome instanceof Promise ? await outcome : outcome
    if (Array.isArray(message)) {
      batch.refused.push(...reportLines(row.line, message, rules))
      batch.refusedRows += 1
    } else batch.messages.push(message)
  }
  return batch
}
