/** The first steps of docs/operators.md, run as they stand there by a shell, against an empty hub; then what stewards do next. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { repository } from '../../services/local/places.ts'
import { must, registerSystem } from '../support/city-department.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'

let hub: TestHub
let folder: string
beforeAll(async () => {
  hub = await startTestHub()
  folder = await mkdtemp(join(tmpdir(), 'datarun-operators-'))
  await cp(join(repository, 'schemas'), join(folder, 'schemas'), { recursive: true })
  const stack = join(folder, '.datarun/stack/keys')
  await mkdir(stack, { recursive: true })
  for (const system of ['hub/operator', 'public-security/population-register'])
    await cp((await hub.issuer.keys.of(system)).file, join(stack, `${system.replace('/', '.')}.json`))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
  await hub?.close()
})

test('the first steps of an operator: keys, catalogue, list of systems, as the page prints them', async () => {
  const page = await readFile(join(repository, 'docs/operators.md'), 'utf8')
  const script = /```sh\n(export DATARUN_HUB_URL[\s\S]+?catalogue apply[\s\S]+?)```/.exec(page)![1]!
  const here = script
    .replace('http://127.0.0.1:8080', hub.exchange.address)
    .replace('http://127.0.0.1:8090', hub.issuer.issuer)
  const env = { ...process.env, PATH: `${join(repository, 'services/cli')}:${process.env.PATH}` }
  const run = () => promisify(execFile)('sh', ['-euc', here], { cwd: folder, env })
  const { stdout, stderr } = await run()
  expect(stdout).toMatch(/\d+ departments, 1 systems, \d+ datasets, \d+ schemas, \d+ matters stand\./)
  expect(stderr).toContain('civil-affairs/marriage-registry')
  expect(stdout).toContain('public-security/population-register  publish')
  const departments = await hub.call('GET', '/v1/departments', 'hub/operator')
  expect(departments.body.items.length).toBeGreaterThanOrEqual(9)
  expect((await run()).stdout).toBe(stdout) // again changes nothing
}, 120_000)

test('a share request as docs/stewards.md prints it is taken', async () => {
  const page = await readFile(join(repository, 'docs/stewards.md'), 'utf8')
  const body = JSON.parse(/\/v1\/agreements -H[^']+'content-type: application\/json' -d '([^']+)'/.exec(page)![1]!)
  const asking = await registerSystem(hub, 'taxation', 'registry', ['system', 'steward'])
  const asked = await must(hub.call('POST', '/v1/agreements', asking, body))
  expect(asked.body).toMatchObject({ source: 'civil-affairs', department: 'taxation', state: 'submitted' })
})
