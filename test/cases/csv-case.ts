/** One folder of test/cases: a department's files and config, and what must come of them. */
import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCodeOf, runAdapters } from '../../services/adapter/run.ts'
import { readAdapterSettings } from '../../services/adapter/settings.ts'
import type { Json } from '../../services/contract/canonical-json.ts'
import { valuesAt } from '../../services/contract/json-pointer.ts'
import { createLog } from '../../services/contract/log.ts'

/** All that is said must hold; of `anyOf` one. `records`: values by key and pointer, a list for several that would do. */
export type Expected = {
  anyOf?: Expected[]
  exit?: number
  rows?: number
  refused?: number
  stopped?: boolean
  configError?: boolean
  reasonHas?: string[]
  reportHas?: string[]
  reportHasNot?: string[]
  outHas?: string[]
  reports?: number
  /** Key of a record whose correction must stand. */
  secondWins?: string
  records?: Record<string, Record<string, Json>>
  exactLists?: boolean
}

/** Outcome of a run of the adapter. `said`: failures and log lines; `report`: every report of refused rows. */
export type Got = {
  exit: number
  rows: number
  refused: number
  stopped: boolean
  configError: boolean
  reports: number
  reason: string
  report: string
  said: string
}

export type Stored = (key: string) => Promise<Json | undefined>

const folder = import.meta.dirname

export async function readExpected(name: string): Promise<Expected> {
  return JSON.parse(await readFile(join(folder, name, 'case.json'), 'utf8')).expect
}

/** The case's own config, of `department` instead of the one it was written for, in a folder of its own. */
export async function runCase(name: string, department: string, environment: Record<string, string>): Promise<Got> {
  const work = await mkdtemp(join(tmpdir(), 'datarun-case-'))
  try {
    const config = await prepare(name, work, department)
    const state = join(work, 'state')
    let said = ''
    const write = (line: string) => {
      said += line
    }
    const outcome = await runAdapters({
      configFiles: [config],
      settings: readAdapterSettings({ ...environment, DATARUN_STATE_FOLDER: state }),
      log: createLog('adapter', 'warn', { write }),
      once: true,
      signal: new AbortController().signal,
    })
    const states = outcome.states.map(({ state }) => state)
    const reports = await contentsOf(join(state, '**/*.refused.csv'))
    return {
      exit: exitCodeOf(outcome),
      rows: states.reduce((sum, { rows }) => sum + rows, 0),
      refused: states.reduce((sum, { refused }) => sum + refused, 0),
      stopped: states.some(({ state }) => state === 'stopped'),
      configError: outcome.failures.some(({ failure }) => failure === 'CONFIG_INVALID'),
      reports: reports.length,
      reason: states.map(({ reason }) => reason ?? '').join(' | '),
      report: reports.join('\n'),
      said: said + JSON.stringify(outcome.failures),
    }
  } finally {
    await rm(work, { recursive: true })
  }
}

/** Returns the path of the config. */
export async function prepare(name: string, work: string, department: string): Promise<string> {
  await cp(join(folder, name), work, { recursive: true })
  await large[name]?.(work)
  for await (const file of glob('config.*', { cwd: work })) {
    const path = join(work, file)
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('civil-affairs', department))
    return path
  }
  throw new Error(`${name} has no config`)
}

async function contentsOf(pattern: string): Promise<string[]> {
  const contents: string[] = []
  for await (const path of glob(pattern)) contents.push(await readFile(path, 'utf8'))
  return contents
}

const row = (key: string) => `${key},张伟,31011519900307101X,2024-03-05`

/** Inputs that are too large to keep, by the rule that made them. */
const large: Record<string, (work: string) => Promise<void>> = {
  'a59-crlf-at-chunk-border': async work => {
    await mkdir(join(work, 'export'))
    for (let file = 0; file < 40; file++) {
      const cells = Array.from({ length: 735 }, (_, at) => (at === 0 ? 'y'.repeat(file + 1) : 'x'.repeat(39)))
      const lines = cells.map((cell, at) => `${row(`K56-${file}-${at}`)},"${cell}"`)
      await writeFile(
        join(work, 'export', `${file}.csv`),
        ['编号,姓名,证件号,签发日期,备注', ...lines, ''].join('\r\n'),
      )
    }
  },
  'a60-header-crlf-rows-lf-large': async work => {
    const lines = Array.from({ length: 45_000 }, (_, at) => `${row(`K60-${at}`)}\n`)
    await writeFile(join(work, 'input.csv'), `编号,姓名,证件号,签发日期\r\n${lines.join('')}`)
  },
}

/** Expectations that do not hold, in words; empty where all do. */
export async function shortcomings(expected: Expected, got: Got, stored: Stored): Promise<string[]> {
  if (expected.anyOf) {
    const each = await Promise.all(expected.anyOf.map(one => shortcomings(one, got, stored)))
    return each.some(found => found.length === 0) ? [] : each.flat()
  }
  const found: string[] = []
  for (const name of ['exit', 'rows', 'refused', 'stopped', 'configError', 'reports'] as const) {
    if (expected[name] !== undefined && got[name] !== expected[name]) {
      found.push(`${name}: ${got[name]} not ${expected[name]}`)
    }
  }
  const texts = { reasonHas: got.reason + got.said, reportHas: got.report, outHas: got.reason + got.said }
  for (const name of ['reasonHas', 'reportHas', 'outHas'] as const) {
    for (const text of expected[name] ?? []) if (!texts[name].includes(text)) found.push(`${name}: no “${text}”`)
  }
  for (const text of expected.reportHasNot ?? []) {
    if ((got.report + got.said).includes(text)) found.push(`the report repeats “${text}”`)
  }
  return found.length > 0 ? found : missingRecords(expected, stored)
}

async function missingRecords({ records = {}, secondWins, exactLists }: Expected, stored: Stored): Promise<string[]> {
  const found: string[] = []
  const wanted = { ...records, ...(secondWins && { [secondWins]: { '/holder/name': '张炜' } }) }
  for (const [key, values] of Object.entries(wanted)) {
    const record = await stored(key)
    if (record === undefined) {
      found.push(`${key}: not stored`)
      continue
    }
    for (const [pointer, want] of Object.entries(values)) {
      const [have = null] = valuesAt(record, pointer.slice(1).split('/'))
      const options = Array.isArray(want) && !exactLists ? [want, ...want] : [want]
      if (!options.some(option => JSON.stringify(option) === JSON.stringify(have))) {
        found.push(`${key}${pointer}: ${JSON.stringify(have)} not ${JSON.stringify(want)}`)
      }
    }
  }
  return found
}
