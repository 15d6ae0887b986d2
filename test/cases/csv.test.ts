// Files as Excel, WPS, databases and editors leave them, each from a public bug report: read right, or refused by name.
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { must, registerSystem } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { prepare, readExpected, runCase, shortcomings } from './csv-case.ts'

const department = uniqueDepartment('trial')
const dataset = `${department}.trial`
/** The large ones last: the hub takes in in the order of publishing, and all wait for it. */
const large = ['a59-crlf-at-chunk-border', 'a60-header-crlf-rows-lf-large']
const small = readdirSync(import.meta.dirname).filter(name => /^a\d/.test(name) && !large.includes(name))
const cases = [...small, ...large]

let hub: TestHub
let environment: Record<string, string>

beforeAll(async () => {
  hub = await startTestHub()
  const system = await registerSystem(hub, department, 'marriage-registry', ['system', 'steward'])
  const common = async (name: string) => {
    const text = await readFile(join(import.meta.dirname, '_common', name), 'utf8')
    return JSON.parse(text.replaceAll('civil-affairs', department))
  }
  await must(hub.call('PUT', `/v1/datasets/${dataset}`, 'hub/operator', await common('trial.dataset.json')))
  for (const version of ['trial.schema.json', 'trial.v2.schema.json']) {
    await must(hub.call('POST', `/v1/datasets/${dataset}/schemas`, 'hub/operator', { schema: await common(version) }))
  }
  environment = {
    DATARUN_SYSTEM_KEY_FILE: (await hub.issuer.keys.of(system)).file,
    DATARUN_HUB_URL: hub.exchange.address,
    DATARUN_ISSUER: hub.issuer.issuer,
    DATARUN_KAFKA_BROKERS: hub.environment.DATARUN_KAFKA_BROKERS!,
    DATARUN_KAFKA_SECURED: 'false',
    DATARUN_KAFKA_TLS: 'false',
  }
})
afterAll(() => hub?.close())

async function bodyOf(key: string) {
  const text = 'select body from record where dataset = $1 and key = $2'
  return (await hub.database.pool.query(text, [dataset, key])).rows[0]?.body
}

/** Ingest is behind Kafka by some hundred milliseconds. */
const stored = (key: string) => eventually(() => bodyOf(key), { timeout: 5_000 }).catch(() => undefined)

const mayComeLate = (expected: Awaited<ReturnType<typeof readExpected>>): boolean =>
  [expected, ...(expected.anyOf ?? [])].some(one => one.secondWins || one.records)

test.each(cases.filter(name => !name.startsWith('a74')))('%s', async name => {
  const got = await runCase(name, department, environment)
  const expected = await readExpected(name)
  // A correction is there a moment after what it corrects.
  const outcome = await eventually(
    async () => {
      const found = await shortcomings(expected, got, stored)
      return found.length === 0 ? found : Promise.reject(new Error(`${found.join('; ')}\n${JSON.stringify(got)}`))
    },
    { timeout: mayComeLate(expected) ? 20_000 : 0 },
  )
  expect(outcome).toEqual([])
})

test('with --json standard output is JSON alone, whatever has to be said of a file', async () => {
  const work = await mkdtemp(join(tmpdir(), 'datarun-case-'))
  const config = await prepare('a74-json-output-is-json', work, department)
  const command = join(import.meta.dirname, '../../services/cli/main.ts')
  const env = { ...process.env, ...environment, DATARUN_STATE_FOLDER: join(work, 'state') }
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>(resolve =>
    execFile(process.execPath, [command, 'adapter', 'run', '--once', '--json', config], { env }, (_, stdout, stderr) =>
      resolve({ stdout, stderr }),
    ),
  )
  await rm(work, { recursive: true })
  expect(JSON.parse(stdout)).toMatchObject({ files: [{ state: 'stopped' }] })
  expect(stderr).toContain('"msg":"file was not published to its end"')
})
