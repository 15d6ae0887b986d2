/** A real client in another language: Python's `confluent-kafka` registers, frames and produces; the hub takes it in. */
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { dataHome, repository } from '../../services/local/places.ts'
import { permitMessage, permitSchema, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

const packages = ['confluent-kafka[schemaregistry,json]==2.16.1']
const department = uniqueDepartment('permits')
let hub: TestHub
let python: string | undefined

beforeAll(async () => {
  python = await preparePython()
  if (!python) return
  hub = await startTestHub()
  await registerDepartment(hub, department)
}, 300_000)
afterAll(() => hub?.close())

/** A virtual environment with the client, kept for the next run; undefined where Python or its packages cannot be had. */
async function preparePython(): Promise<string | undefined> {
  const home = join(dataHome, 'tests', 'python')
  const path = join(home, 'bin', 'python')
  const run = promisify(execFile)
  try {
    if (!existsSync(path)) await run('python3', ['-m', 'venv', home])
    await run(path, ['-c', 'import confluent_kafka.schema_registry.json_schema']).catch(() =>
      run(path, ['-m', 'pip', 'install', '--quiet', ...packages], { timeout: 240_000 }),
    )
    return path
  } catch (error) {
    const reason = String((error as { stderr?: string }).stderr ?? error)
      .trim()
      .split('\n')
      .at(-1)
    process.stdout.write(`Left out: producing with Python, which could not be set up here (${reason})\n`)
    return undefined
  }
}

async function produce(task: unknown): Promise<number> {
  const script = join(repository, 'test/interop/confluent_kafka_producer.py')
  const child = spawn(python!, [script], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(JSON.stringify(task))
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (child.exitCode !== 0 && printed.trim() === '') throw new Error(complaints)
  return Number(printed)
}

test('a record that Python’s JSON Schema serializer framed arrives in the registry', async () => {
  if (!python) return
  const schema = permitSchema(department)
  const wider = { ...schema, properties: { ...schema.properties, remark: { type: 'string' } } }
  const { headers } = permitMessage(department, { number: 'P-1', sequence: 1 })
  const { ce_dataschema: _, ...unframed } = headers as Record<string, string>
  const record = { number: 'P-1', holder: { id: '11010519491231002X', name: '张三' }, remark: 'from Python' }
  const id = await produce({
    registry: hub.exchange.address,
    token: await hub.tokenOf(`${department}/registry`),
    brokers: hub.environment.DATARUN_KAFKA_BROKERS,
    topic: `datarun.${department}.permit`,
    schema: JSON.stringify(wider),
    headers: unframed,
    key: 'P-1',
    record,
  })
  const stored = await eventually(async () => {
    const { rows } = await hub.database.pool.query('select schema_version, body from record where key = $1', ['P-1'])
    return rows[0]
  })
  expect(stored).toEqual({ schema_version: 2, body: record })
  const registered = await hub.exchange.hub.schemas.byGlobalId(id)
  expect(registered).toEqual({ dataset: `${department}.permit`, version: 2 })
}, 120_000)
