import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { ownEnvironment } from '../../../services/local/processes.ts'
import {
  collectTopic,
  createFolder,
  permitConfig,
  permitHeader,
  permitRow,
  type TestFolder,
} from '../../support/adapter.ts'
import { registerDepartment } from '../../support/city-department.ts'
import { eventually } from '../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../support/exchange.ts'
import { uniqueDepartment } from '../../support/kafka.ts'

let hub: TestHub
let department: string
let folder: TestFolder
let config: string
const children = new Set<ChildProcess>()

beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(() => hub?.close())
beforeEach(async () => {
  department = uniqueDepartment('licensing')
  await registerDepartment(hub, department)
  folder = await createFolder(hub, department)
  config = join(folder.path, 'permit.json')
  await writeFile(config, JSON.stringify(permitConfig(department)))
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await folder.remove()
})

function start(args: string[], environment: Record<string, string> = folder.settings) {
  const child = spawn(process.execPath, ['services/adapter/main.ts', ...args], {
    env: { ...ownEnvironment, ...environment },
    stdio: 'pipe',
  })
  children.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text))
  const ended = new Promise<{ code: number | null; output: string }>(resolve =>
    child.on('close', code => {
      children.delete(child)
      resolve({ code, output })
    }),
  )
  return { child, ended, output: () => output }
}

const countOf = async (text: string) => {
  const { rows } = await hub.database.pool.query(text, [`${department}.permit`])
  return Number(rows[0].count)
}

/** Rows that the adapter's own notes say are done. */
async function rowsDone(): Promise<number> {
  const notes = join(folder.path, 'state', `${department}.permit`, 'progress')
  const [name] = (await readdir(notes)).filter(file => file.endsWith('.json'))
  return name === undefined ? 0 : JSON.parse(await readFile(join(notes, name), 'utf8')).rows
}

test('an adapter killed in the middle of a file goes on where it was: every row is there exactly once', async () => {
  const rows = 25_000 // killed at 5,000, with twenty batches still to come
  await folder.write('permits.csv', [permitHeader, ...Array.from({ length: rows }, (_, number) => permitRow(number))])
  const first = start(['--once', config])
  await eventually(async () => (await rowsDone()) >= 5_000, { every: 5 })
  first.child.kill('SIGKILL')
  await first.ended
  const done = await rowsDone()
  expect(done).toBeLessThan(rows)
  const second = await start(['--once', config]).ended
  expect(second).toMatchObject({ code: 0 })
  await eventually(async () => (await countOf('select count(*) from record where dataset = $1')) === rows)
  expect(await countOf('select count(*) from record_history where dataset = $1')).toBe(0)
  expect(await countOf('select count(*) from rejection where dataset = $1')).toBe(0)
  const arrived = await collectTopic(hub, `datarun.${department}.permit`)
  const ids = () => new Set(arrived.messages.map(({ headers }) => String(headers.ce_id))).size
  await eventually(() => ids() === rows)
  expect(arrived.messages.length).toBeLessThan(rows + (rows - done))
  await arrived.stop()
})

test('a watching adapter publishes files as they appear, and ends when asked to', async () => {
  const { child, ended, output } = start([config], { ...folder.settings, DATARUN_PORT: '0' })
  const address = await eventually(() => /"address":"(http:[^"]+)"/.exec(output())?.[1])
  expect((await fetch(`${address}/healthz`)).status).toBe(200)
  await folder.write('first.csv', [permitHeader, permitRow(1)])
  await folder.write('second.csv', [permitHeader, permitRow(2)], { modified: new Date(1e12) })
  await eventually(async () => (await countOf('select count(*) from record where dataset = $1')) === 2)
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})

test('exit codes tell a script whether all, some or nothing was published', async () => {
  await folder.write('permits.csv', [permitHeader, permitRow(1), permitRow('x')])
  expect(await start(['--once', config]).ended).toMatchObject({
    code: 3,
    output: expect.stringContaining('2 rows, 1 refused'),
  })
  await writeFile(config, JSON.stringify({ ...permitConfig(department), csv: { files: 'none-*.csv' } }))
  expect(await start(['--once', config]).ended).toMatchObject({
    code: 1,
    output: expect.stringContaining('none-*.csv'),
  })
  await writeFile(config, '{\n  "dataset": 5\n}')
  const broken = await start(['--once', config]).ended
  expect(broken.code).toBe(1)
  expect(broken.output).toContain(`${config}:2:3: /dataset must be string`)
})

// Each would take the other's files for published, and both would write one file of progress.
test('two configs of one dataset are not run by one process', async () => {
  await folder.write('permits.csv', [permitHeader, permitRow(1)])
  const other = join(folder.path, 'other.json')
  await writeFile(other, JSON.stringify(permitConfig(department)))
  const { code, output } = await start(['--once', config, other]).ended
  expect(code).toBe(1)
  expect(output).toContain(`2 configs publish ${department}.permit`)
  expect(await rowsDone().catch(() => 0)).toBe(0)
})

test('what is missing to start is said in one go, without secrets', async () => {
  const { DATARUN_SYSTEM_KEY_FILE: _, ...settings } = folder.settings
  const withoutKey = await start(['--once', config], {
    ...settings,
    DATARUN_INTAKE_TOKEN: 'secret-canary',
    DATARUN_PORT: 'x',
  }).ended
  expect(withoutKey.code).toBe(2)
  expect(withoutKey.output).toContain('DATARUN_SYSTEM_KEY_FILE is missing')
  expect(withoutKey.output).toContain('DATARUN_PORT must be a whole number')
  expect(withoutKey.output).not.toContain('canary')
  expect(await start([]).ended).toMatchObject({ code: 2, output: expect.stringContaining('datarun-adapter') })
  expect(await start(['--onec', config]).ended).toMatchObject({ code: 2 })
  const noKafka = await start(['--once', config], { ...folder.settings, DATARUN_KAFKA_BROKERS: '' }).ended
  expect(noKafka).toMatchObject({ code: 1, output: expect.stringContaining('DATARUN_KAFKA_BROKERS') })
})
