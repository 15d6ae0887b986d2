import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { FileState } from '../../../services/adapter/publish-file.ts'
import type { Failure } from '../../../services/contract/failure.ts'
import {
  type Arrived,
  collectTopic,
  createFolder,
  openAdapter,
  permitConfig,
  permitHeader,
  permitRow,
  type TestFolder,
} from '../../support/adapter.ts'
import { must, registerDepartment } from '../../support/city-department.ts'
import { eventually } from '../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../support/exchange.ts'
import { uniqueDepartment } from '../../support/kafka.ts'

let hub: TestHub
let department: string
let folder: TestFolder
let arrived: Arrived

beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(() => hub?.close())
beforeEach(async () => {
  department = uniqueDepartment('licensing')
  await registerDepartment(hub, department)
  folder = await createFolder(hub, department)
  arrived = await collectTopic(hub, `datarun.${department}.permit`)
})
afterEach(async () => {
  await arrived.stop()
  await folder.remove()
})

/** One run of the adapter, as a process with --once makes it. */
async function run(config: unknown = permitConfig(department), settings = folder.settings) {
  const adapter = await openAdapter(config, settings)
  const states = (await adapter.publishFiles()) as FileState[]
  await adapter.close()
  return { states, failure: states as unknown as Failure, log: adapter.log() }
}

const recordOf = async (key: string) => {
  const text = 'select sequence, status, body, system from record where dataset = $1 and key = $2'
  return (await hub.database.pool.query(text, [`${department}.permit`, key])).rows[0]
}

test('a GB 18030 file with the department’s own columns arrives in the registry', async () => {
  const revoked = permitRow(2).replace('有效', '吊销').replace('张三', '"欧阳，""㐀𠮷"""')
  const modified = new Date('2026-03-01T08:00:00Z')
  await folder.write('permits.csv', [permitHeader, permitRow(1, 12.0), revoked], { encoding: 'gb18030', modified })
  const config = permitConfig(department)
  const { states } = await run({ ...config, csv: { ...config.csv, encoding: 'gb18030' } })
  expect(states).toEqual([{ file: 'permits.csv', state: 'done', rows: 2, refused: 0, bytes: expect.any(Number) }])
  expect(await eventually(() => recordOf('P-2'))).toEqual({
    sequence: modified.getTime(),
    status: 'revoked',
    system: `${department}/registry`,
    body: {
      number: 'P-2',
      holder: { id: '11010519491231002X', name: '欧阳，"㐀𠮷"' },
      validFrom: '2024-02-29',
      income: 100,
    },
  })
  expect((await eventually(() => recordOf('P-1'))).status).toBe('valid')
})

test('a second run publishes nothing twice, even where the file was copied anew', async () => {
  await folder.write('permits.csv', [permitHeader, permitRow(1), permitRow(2)])
  await run()
  expect((await run()).states).toMatchObject([{ state: 'unchanged', rows: 2 }])
  await folder.write('permits.csv', [permitHeader, permitRow(1), permitRow(2)], { modified: new Date(4e12) })
  expect((await run()).states).toMatchObject([{ state: 'unchanged', rows: 2 }])
  await folder.write('more.csv', [permitHeader, permitRow(3)])
  await run()
  await eventually(() => arrived.keys().includes('P-3'))
  expect(arrived.keys().sort()).toEqual(['P-1', 'P-2', 'P-3'])
})

test('a later export wins over an earlier one, whichever is read last', async () => {
  await folder.write('b.csv', [permitHeader, permitRow(1, 200)], { modified: new Date('2026-02-01T00:00:00Z') })
  await folder.write('c.csv', [permitHeader, permitRow(1, 100)], { modified: new Date('2026-01-01T00:00:00Z') })
  await run()
  await eventually(async () => arrived.messages.length === 2)
  await folder.write('a.csv', [permitHeader, permitRow(2)])
  await run()
  await eventually(() => recordOf('P-2'))
  expect((await recordOf('P-1')).body.income).toBe(200)
})

test('what is wrong is reported by line, column and place, never by value; the rest is published', async () => {
  await folder.write('permits.csv', [
    permitHeader,
    permitRow(1, 100, '"two\r\nlines"'),
    permitRow('canary-key'),
    permitRow(3, 'canary'),
    permitRow(4, 'canary').replace('张三,11010519491231002X', 'canary,110105194912310021'),
    `${permitRow(5)},one too many`,
    permitRow(6).replace('有效', 'canary'),
    permitRow(7, 'canary\0'),
    permitRow(8),
  ])
  const { states, log } = await run()
  expect(states).toMatchObject([{ state: 'done', rows: 8, refused: 6, report: expect.any(String) }])
  const report = await readFile(states[0]!.report!, 'utf8')
  expect(report.split('\r\n')).toEqual([
    '\uFEFFline,column,place,rule,reason,原因',
    expect.stringMatching(/^4,许可证号,\/number,pattern,"?must match pattern/),
    '5,收入,/income,number,is not a decimal number of at most 15 digits,不是十进制数，或超过 15 位数字',
    expect.stringMatching(/^6,收入,\/income,number,/),
    expect.stringMatching(/^6,持有人证件号,\/holder\/id,format,"?must match format/),
    expect.stringMatching(/^7,,,row,has 8 cells where the first line has 7: .*列数不符/),
    expect.stringMatching(/^8,状态,header:ce_type,event,is not in the code table,/),
    expect.stringMatching(/^9,,,row,column 6 holds bytes that are not text in the file’s encoding,/),
    '',
  ])
  await eventually(() => arrived.keys().includes('P-8'))
  expect(arrived.keys().sort()).toEqual(['P-1', 'P-8'])
  expect((await folder.written()) + log).not.toContain('canary')
  const again = await run()
  expect(again.states).toMatchObject([{ state: 'unchanged', refused: 6 }])
  expect(await readFile(states[0]!.report!, 'utf8')).toBe(report)
})

test('a file without the columns of the config is left alone, with the reason, until it changes', async () => {
  await folder.write('permits.csv', [permitRow(1), permitRow(2)])
  await folder.write('other.csv', [permitHeader, permitRow(3)])
  const { states, log } = await run()
  expect(states).toMatchObject([
    { file: 'other.csv', state: 'done' },
    {
      file: 'permits.csv',
      state: 'stopped',
      rows: 0,
      reason: expect.stringContaining('no column 许可证号, 持有人证件号'),
    },
  ])
  expect(log).not.toContain('张三')
  expect((await run()).states[1]).toMatchObject({ state: 'stopped', reason: expect.stringContaining('no column') })
  await folder.write('permits.csv', [permitHeader, permitRow(1)])
  expect((await run()).states[1]).toMatchObject({ state: 'done', rows: 1 })
})

test('rows that were refused are tried again when the config is mended, and nothing is stored twice', async () => {
  await folder.write('permits.csv', [permitHeader, permitRow(1), permitRow(2).replace('有效', '注销')])
  expect((await run()).states).toMatchObject([{ state: 'done', refused: 1 }])
  const config = permitConfig(department)
  const codes = { ...config.event.change.codes, 注销: 'cancelled' }
  const mended = { ...config, event: { change: { column: '状态', codes } } }
  expect((await run(mended)).states).toEqual([
    { file: 'permits.csv', state: 'done', rows: 2, refused: 0, bytes: expect.any(Number) },
  ])
  expect((await eventually(() => recordOf('P-2'))).status).toBe('cancelled')
  expect((await run(mended)).states).toMatchObject([{ state: 'unchanged' }])
  const ids = arrived.messages.filter(({ key }) => String(key) === 'P-1').map(({ headers }) => String(headers.ce_id))
  expect(new Set(ids).size).toBe(1)
  const history = 'select count(*) from record_history where dataset = $1'
  expect((await hub.database.pool.query(history, [`${department}.permit`])).rows[0].count).toBe(0)
})

test('a quote that is never closed ends the file there, and says where; what stands before it is published', async () => {
  await folder.write('permits.csv', [permitHeader, permitRow(1), permitRow(2, 5, '"open'), permitRow(3)])
  const { states } = await run()
  expect(states).toMatchObject([
    { state: 'stopped', rows: 1, reason: expect.stringMatching(/^line 3: a quote is opened/) },
  ])
  await eventually(() => arrived.keys().includes('P-1'))
})

test('without files, without the hub and its memory, or unknown to it, a run says what is missing', async () => {
  expect((await run()).failure).toMatchObject({ failure: 'SOURCE_INVALID', detail: expect.stringContaining('*.csv') })
  await folder.write('permits.csv', [permitHeader, permitRow(1)])
  const away = { ...folder.settings, DATARUN_HUB_URL: 'http://127.0.0.1:1' }
  expect((await run(permitConfig(department), away)).failure).toMatchObject({ failure: 'UNAVAILABLE' })
  const unknown = { ...permitConfig(department), dataset: `${department}.unknown` }
  expect((await run(unknown)).failure).toMatchObject({ failure: 'DATASET_UNKNOWN' })
  const future = { ...permitConfig(department), schemaVersion: 7 }
  expect((await run(future)).failure).toMatchObject({ failure: 'SCHEMA_UNKNOWN' })
})

test('while the hub and the issuer are away the adapter works on with what they said last', async () => {
  await folder.write('permits.csv', [permitHeader, permitRow(1)])
  await run()
  await folder.write('more.csv', [permitHeader, permitRow(2), permitRow('x')])
  const away = { ...folder.settings, DATARUN_HUB_URL: 'http://127.0.0.1:1', DATARUN_ISSUER: 'http://127.0.0.1:1' }
  const { states, log } = await run(permitConfig(department), away)
  expect(states).toMatchObject([{ file: 'more.csv', rows: 2, refused: 1 }, { state: 'unchanged' }])
  expect(log).toContain('the hub does not answer; its last answer is used')
  await eventually(() => arrived.keys().includes('P-2'))
})

test('a schema changed at the hub counts from the next file on', async () => {
  await folder.write('permits.csv', [permitHeader, permitRow(1, 5_000)])
  await run()
  const { body } = await hub.call('GET', `/v1/datasets/${department}.permit/schemas/latest`, 'hub/operator')
  body.schema.$id = `urn:datarun:${department}.permit:v2`
  body.schema.properties.note = { type: 'string', maxLength: 10 }
  await must(hub.call('POST', `/v1/datasets/${department}.permit/schemas`, 'hub/operator', { schema: body.schema }))
  await folder.write('more.csv', [permitHeader, permitRow(2)])
  await run()
  await eventually(() => arrived.keys().includes('P-2'))
  const versions = arrived.messages.map(({ headers }) => String(headers.ce_dataschema).split(':').at(-1))
  expect(versions).toEqual(['v1', 'v2'])
})

// A corrected row under an unchanged time was lost at the hub while the adapter said success; files were passed over in silence.
test('a row corrected under the time it had is refused and told, and goes through with a newer one', async () => {
  const config = { ...permitConfig(department), event: { sequence: { column: '备注', date: 'YYYY-MM-DD HH:mm:ss' } } }
  await folder.write('permits.csv', [
    permitHeader,
    permitRow(1, 100, '2026-03-05 09:30:00'),
    permitRow(2, 5, '2026-03-05 09:30:00'),
  ])
  expect((await run(config)).states).toMatchObject([{ refused: 0 }])
  await folder.write('permits.csv', [
    permitHeader,
    permitRow(1, 200, '2026-03-05 09:30:00'),
    permitRow(2, 5, '2026-03-05 09:30:00'),
  ])
  const { states } = await run(config)
  expect(states).toMatchObject([{ state: 'done', rows: 2, refused: 1 }])
  expect(await readFile(states[0]!.report!, 'utf8')).toMatch(
    /\r\n2,备注,header:ce_sequence,sequence,"?was published before.*请更新/,
  )
  await folder.write('permits.csv', [permitHeader, permitRow(1, 200, '2026-03-05 09:30:01')])
  expect((await run(config)).states).toMatchObject([{ refused: 0 }])
  await eventually(async () => (await recordOf('P-1'))?.body.income === 200)
})

test('no file that the pattern could mean is passed over: capitals, names that are not UTF-8, links that lead nowhere', async () => {
  await folder.write('a.csv', [permitHeader, permitRow(1)])
  await folder.write('REPORT.CSV', [permitHeader, permitRow(2)])
  await symlink(join(folder.path, 'gone'), join(folder.path, 'link.csv'))
  await writeFile(Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0xb1, 0xb8]), Buffer.from('.csv')]), 'x')
  const { states } = await run()
  expect(states).toMatchObject([
    { file: 'REPORT.CSV', state: 'done' },
    { file: 'a.csv', state: 'done' },
    { file: 'link.csv', state: 'stopped', reason: expect.stringContaining('ENOENT') },
    { state: 'stopped', reason: expect.stringMatching(/name is not UTF-8.*重命名/) },
  ])
})

test('each file has a report of its own, whatever its name and folder', async () => {
  await mkdir(join(folder.path, 'a'))
  const long = `${'长'.repeat(80)}.csv`
  for (const name of ['a/b.csv', 'a__b.csv', long]) await folder.write(name, [permitHeader, permitRow('x')])
  const config = { ...permitConfig(department), csv: { files: '**/*.csv' } }
  const { states } = await run(config)
  expect(states.map(({ refused }) => refused)).toEqual([1, 1, 1])
  expect(new Set(states.map(({ report }) => report)).size).toBe(3)
  for (const { report } of states) expect(await readFile(report!, 'utf8')).toContain('/number,pattern')
})

test('a row torn in two by a line break without quotes is refused with both halves; a short row alone is whole', async () => {
  const row = permitRow(1).replace('张三', '张三\n')
  await folder.write('permits.csv', [permitHeader, row, permitRow(2).replace(/,100,$/, '')])
  const { states } = await run()
  expect(states).toMatchObject([{ rows: 3, refused: 2 }])
})
