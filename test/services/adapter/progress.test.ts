import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createClockSequence } from '../../../services/adapter/clock-sequence.ts'
import { sequenceInName } from '../../../services/adapter/file-name-sequence.ts'
import {
  contentOf,
  type FileProgress,
  openProgress as open,
  type ProgressStore,
} from '../../../services/adapter/progress.ts'
import { openReport } from '../../../services/adapter/report.ts'

let folder: string
const openProgress = async (path: string) => (await open(path)) as ProgressStore

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-progress-'))
})
afterEach(() => rm(folder, { recursive: true }))

const progressOf = (rows: number): FileProgress => ({
  file: 'a.csv',
  size: 1,
  modified: 2,
  digest: 'x',
  written: 2,
  rules: 'r',
  rows,
  refused: 0,
  reportBytes: 0,
  state: 'reading',
})

test('progress outlives the process, and a draft left by a crash is not taken for it', async () => {
  const store = await openProgress(folder)
  expect(await store.read('a.csv')).toBeUndefined()
  await store.write(progressOf(5))
  const [name] = await readdir(folder)
  await writeFile(join(folder, `${name}.draft`), '{"file":"a.csv","ro')
  expect(await (await openProgress(folder)).read('a.csv')).toEqual(progressOf(5))
})

test('notes that cannot be read count as none: rows sent again are the same events to the hub', async () => {
  const store = await openProgress(folder)
  await store.write(progressOf(5))
  const [name] = await readdir(folder)
  await writeFile(join(folder, name!), 'not json')
  expect(await (await openProgress(folder)).read('a.csv')).toBeUndefined()
})

test('a folder that cannot be made is named with its setting', async () => {
  await writeFile(join(folder, 'file'), '')
  expect(await open(join(folder, 'file', 'progress'))).toMatchObject({
    failure: 'CONFIG_INVALID',
    detail: expect.stringMatching(/^DATARUN_STATE_FOLDER: .*ENOTDIR/),
  })
})

test('a file is known by its content; its date alone makes it no other', async () => {
  const path = join(folder, 'a.csv')
  await writeFile(path, 'content')
  const first = await contentOf(path)
  await utimes(path, 1, 1)
  expect(await contentOf(path, first)).toMatchObject({ digest: first.digest, modified: 1_000 })
  await writeFile(path, 'CONTENT')
  expect((await contentOf(path, first)).digest).not.toBe(first.digest)
})

test('what a report says of rows that are read again is written once', async () => {
  const path = join(folder, 'reports', 'a.csv')
  const line = (number: number) => ({
    line: number,
    column: '=cmd',
    pointer: '/a',
    keyword: 'codes',
    message: 'is "odd", so',
  })
  const first = await openReport(path, 0, 0)
  first.add(line(2))
  const bytes = await first.flush()
  first.add(line(3))
  await first.flush()
  const second = await openReport(path, bytes, 1)
  second.add(line(3))
  second.add(line(4))
  await second.flush()
  const row = (number: number) => `${number},'=cmd,/a,codes,"is ""odd"", so",代码表中没有该取值\r\n`
  expect(await readFile(path, 'utf8')).toBe(`\uFEFFline,column,place,rule,reason,原因\r\n${row(2)}${row(3)}${row(4)}`)
})

test('a report in which everything is wrong does not fill the disk', async () => {
  const report = await openReport(join(folder, 'a.csv'), 0, 0)
  for (let number = 0; number < 100_010; number++) report.add({ line: number, pointer: '', keyword: 'k', message: 'm' })
  await report.flush()
  const lines = (await readFile(join(folder, 'a.csv'), 'utf8')).trim().split('\r\n')
  expect(lines).toHaveLength(100_002)
  expect(lines.at(-1)).toContain('only the first 100000 are listed')
})

test.each([
  ['marriage-20260101.csv', 20260101],
  ['v2-marriage-20260101.csv', 20260101],
  ['20251231_20260101.csv', 20260101],
  ['district3-20260101.csv', 20260101],
  ['trial-2026-01-02.csv', 20260102],
  ['trial-2026-1-2.csv', 20260102],
  ['v2_trial_2026.01.02.csv', 20260102],
  ['2026年1月2日.csv', 20260102],
  ['2026年12月.csv', 202612],
  ['trial_2026_11_30_08_05.csv', 20261130080500],
  ['trial-2026-01-02T09-30-00.csv', 20260102093000],
  ['trial-20260102_093000.csv', 20260102093000],
  ['trial-2026-01.csv', 202601],
  ['trial-2026.csv', 2026],
])('the sequence in the name %s is %s', (name, sequence) => {
  expect(sequenceInName(name)).toBe(sequence)
})

test.each([
  'marriage.csv',
  '99999999999999999999.csv',
  '02-01-2026.csv',
  '2026-13-01.csv',
  '2026-02-30.csv',
  '2026-01-01_2026-01-31.csv',
  '2026Q1.csv',
])('the name %s has no sequence that is certain, and is refused', name => {
  expect(sequenceInName(name)).toMatchObject({ failure: 'SOURCE_INVALID', detailZh: expect.any(String) })
})

test('the clock never gives a record the same sequence twice, nor a lower one', () => {
  let time = 1_000
  const next = createClockSequence(() => new Date(time))
  expect([next('a'), next('a'), next('b'), next('a')]).toEqual([1_000, 1_001, 1_000, 1_002])
  time = 1_001
  expect(next('a')).toBe(1_003)
  time = 2_000
  expect(next('a')).toBe(2_000)
})
