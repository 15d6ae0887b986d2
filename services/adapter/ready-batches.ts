/** A file's rows as messages ready to go, batch by batch, leaving out those that an earlier run dealt with. */
import { basename } from 'node:path'
import type { OutgoingMessage } from '../contract/envelope.ts'
import { type Failure, failure, inWords, isFailure } from '../contract/failure.ts'
import type { Config } from './config-schema.ts'
import type { EventDefaults } from './event.ts'
import { sequenceInName } from './file-name-sequence.ts'
import { headerOf } from './header.ts'
import type { Publication } from './message.ts'
import type { FileProgress } from './progress.ts'
import { type PublishedVersions, sequenceUsed } from './published-versions.ts'
import type { Problem, ReportLine } from './report.ts'
import { neededColumns, type ReadRow, type RowRules, reportLines, rowReader } from './row.ts'
import { readCsv } from './sources/csv.ts'
import type { CsvRow } from './sources/row-fault.ts'
import type { Noted } from './version-table.ts'

/**
 * `rows` counts both those that became messages and those refused, whose reasons are `refused`. `noted`: the versions that
 * the messages are, to be kept once Kafka has them, or retracted.
 */
export type ReadyBatch = {
  messages: OutgoingMessage[]
  noted: Noted[]
  refused: ReportLine[]
  refusedRows: number
  rows: number
}

type Reading = {
  config: Config
  rules: RowRules
  publication: Publication
  versions: Pick<PublishedVersions, 'note'>
  now: () => Date
}

/** Large enough to spread what a request to Kafka costs, small enough that several wait in little memory. */
const batchSize = 1_000

/** Ends with SOURCE_INVALID where the file is not what the config says. */
export async function* readyBatches(
  file: { path: string },
  { rows: done, written }: FileProgress,
  { config, rules, publication, versions, now }: Reading,
): AsyncGenerator<ReadyBatch | Failure> {
  const defaults = defaultsOf(config, file.path, { written, now: now().getTime() })
  if (isFailure(defaults)) return yield defaults
  let batcher: Batcher | undefined
  let toSkip = done
  for await (const batch of readCsv(file.path, config.csv!, batchSize)) {
    if (isFailure(batch)) {
      if (batcher) yield batcher.end()
      return yield batch
    }
    if (!batcher) {
      const header = headerOf(batch.slice(0, 10), neededColumns(rules))
      if (isFailure(header)) return yield header
      batch.shift()
      batcher = createBatcher(rowReader(header, rules, publication, defaults), header.length, rules, versions)
    }
    const rows = batch.slice(toSkip)
    toSkip = Math.max(0, toSkip - batch.length)
    if (rows.length > 0) yield await batcher.add(rows)
  }
  yield batcher?.end() ?? failure('SOURCE_INVALID', inWords(emptyFile, '文件为空：首行必须是列名'))
}

const emptyFile = 'the file is empty: its first line must name the columns'

function defaultsOf(
  { event }: Config,
  path: string,
  { written, now }: { written: number; now: number },
): EventDefaults | Failure {
  const sequence = event?.sequence === 'file-name' ? sequenceInName(basename(path)) : written
  return isFailure(sequence) ? sequence : { sequence, time: new Date(written).toISOString(), now }
}

type Batcher = { add: (rows: readonly CsvRow[]) => Promise<ReadyBatch>; end: () => ReadyBatch }

/**
 * A row that lacks cells at its end waits for the next one: where that is refused and the two together have as many cells as
 * one row, a line break without quotes has torn one row in two, and the first half is no record of its own.
 */
function createBatcher(read: ReadRow, width: number, rules: RowRules, versions: Reading['versions']): Batcher {
  let short: { row: CsvRow; message: OutgoingMessage } | undefined
  const refuse = (batch: ReadyBatch, { line }: CsvRow, problems: Problem[]) => {
    batch.refused.push(...reportLines(line, problems, rules))
    batch.refusedRows += 1
  }
  const accept = (batch: ReadyBatch, row: CsvRow, message: OutgoingMessage) => {
    const noted = versions.note(message)
    if (noted === 'other') return refuse(batch, row, [sequenceUsed])
    batch.noted.push(noted)
    batch.messages.push(message)
  }
  const settle = (batch: ReadyBatch, next?: { row: CsvRow; isRefused: boolean }) => {
    if (!short) return
    const isTorn = next?.isRefused && short.row.cells.length + next.row.cells.length === width + 1
    if (isTorn) refuse(batch, short.row, [torn])
    else accept(batch, short.row, short.message)
    batch.rows += 1
    short = undefined
  }
  return {
    add: async rows => {
      const batch = emptyBatch()
      for (const row of rows) {
        const outcome = read(row)
        const message = outcome instanceof Promise ? await outcome : outcome
        const isRefused = Array.isArray(message)
        settle(batch, { row, isRefused })
        if (!isRefused && row.cells.length < width) {
          short = { row, message }
          continue
        }
        if (isRefused) refuse(batch, row, message)
        else accept(batch, row, message)
        batch.rows += 1
      }
      return batch
    },
    end: () => {
      const batch = emptyBatch()
      settle(batch)
      return batch
    },
  }
}

const emptyBatch = (): ReadyBatch => ({ messages: [], noted: [], refused: [], refusedRows: 0, rows: 0 })

const torn: Problem = {
  pointer: '',
  keyword: 'row',
  message: 'lacks cells, and the line after it is no row: a cell with a line break must stand in quotes',
  zh: '该行单元格不足，且下一行不成记录：含换行的单元格请加引号',
}
