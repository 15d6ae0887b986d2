/**
 * @datarun/adapter as a department has it: packed, installed by npm in an empty folder beside another version of kafkajs, and used
 * from plain JavaScript as docs/department-developers.md shows it, at a hub whose Kafka asks for tokens.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { buildPackage } from '../../services/adapter/package/build.ts'
import { repository } from '../../services/local/places.ts'
import { ownEnvironment } from '../../services/local/processes.ts'
import { permitConfig, permitHeader, permitRow } from '../support/adapter.ts'
import { alice, must, permitSchema, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { fetchFromNpm } from '../support/other-clients.ts'

const run = promisify(execFile)
const department = uniqueDepartment('permits')
const dataset = `${department}.permit`
const system = `${department}/registry`
/** Not below the repository, where Node would find the repository's own packages. */
let folder: string
let hub: TestHub
let settings: Record<string, string>
let installed = false

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-package-'))
  installed = await install()
  if (!installed) return
  hub = await startTestHub({ secured: true })
  await registerDepartment(hub, department)
  const schema = permitSchema(department)
  const division = { type: 'string', format: 'division-code' }
  const wider = { ...schema, properties: { ...schema.properties, division } }
  await must(hub.call('POST', `/v1/datasets/${dataset}/schemas`, 'hub/operator', { schema: wider }))
  settings = {
    DATARUN_SYSTEM_KEY_FILE: (await hub.issuer.keys.of(system)).file,
    DATARUN_HUB_URL: hub.exchange.address,
    DATARUN_ISSUER: hub.issuer.issuer,
    DATARUN_KAFKA_BROKERS: hub.environment.DATARUN_KAFKA_BROKERS!,
    DATARUN_KAFKA_TLS: 'false',
    DATARUN_STATE_FOLDER: join(folder, 'state'),
  }
}, 300_000)
afterAll(async () => {
  await hub?.close()
  await rm(folder, { recursive: true, force: true })
})

/** False, with a line, where no registry can be reached; whatever else goes wrong is the package's fault. */
async function install(): Promise<boolean> {
  const built = join(folder, 'built')
  await buildPackage(built)
  const { stdout } = await run('npm', ['pack', '--silent', built, '--pack-destination', folder], { cwd: folder })
  await rm(built, { recursive: true })
  const packages = [join(folder, stdout.trim()), 'kafkajs@2.2.3', '@types/node@24.19.2']
  await writeFile(join(folder, 'package.json'), '{ "name": "registry", "version": "1.0.0", "type": "module" }')
  try {
    await run('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', ...packages], { cwd: folder })
    return true
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    if (!/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.test(stderr)) throw error
    process.stdout.write('Left out: @datarun/adapter installed elsewhere, as no registry of npm can be reached here\n')
    return false
  }
}

/** The oldest Node that `engines` names, and the one that the tests run on. */
const nodes: Record<string, () => Promise<string | undefined>> = {
  'the oldest Node': async () => {
    const made = await readFile(join(repository, 'services/adapter/package/package.json'), 'utf8')
    const version = JSON.parse(made).engines.node.replace('>=', '')
    const home = await fetchFromNpm('oldest-node', [`node@${version}`])
    if (!home) return undefined
    const node = join(home, 'node_modules/.bin/node')
    expect((await run(node, ['--version'])).stdout.trim()).toBe(`v${version}`)
    return node
  },
  'our own Node': async () => process.execPath,
}
const eachNode = Object.keys(nodes).map((name, index) => ({ name, index }))

/** In the folder, with `node` first on the path, and nothing of the repository on it. */
async function inFolder(node: string, command: string, words: string[]) {
  const env = { ...ownEnvironment, ...settings, PATH: [dirname(node), '/usr/bin', '/bin'].join(delimiter) }
  try {
    return { code: 0, ...(await run(command, words, { cwd: folder, env })) }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

const stored = (number: string) =>
  eventually(
    async () => {
      const { rows } = await hub.database.pool.query('select body from record where dataset = $1 and key = $2', [
        dataset,
        number,
      ])
      return rows[0]?.body
    },
    { timeout: 20_000 },
  )

/** The program of the page, for the dataset of this test. */
async function writeProgram(): Promise<void> {
  const page = await readFile(join(repository, 'docs/department-developers.md'), 'utf8')
  const [, program] = /```js\n\/\/ publish\.mjs\n([\s\S]*?)```/.exec(page)!
  const own = program!
    .replaceAll('civil-affairs.marriage-certificate', dataset)
    .replaceAll('civil-affairs/marriage-registry', system)
  await writeFile(join(folder, 'publish.mjs'), own)
}

test.each(eachNode)(
  'on $name the program of the page publishes a record that arrives, and is told of one that is wrong',
  async ({ name, index }) => {
    const node = installed && (await nodes[name]!())
    if (!node) return
    await writeProgram()
    const number = `P-1${index}`
    // 崇文区 until 2010: a code that is not in force, from the table that travels with the package.
    const record = { number, holder: { id: alice, name: '张三' }, division: '110103' }
    const publish = async (one: object) => {
      await writeFile(join(folder, 'record.json'), JSON.stringify(one))
      return inFolder(node, node, ['publish.mjs'])
    }
    expect(await publish(record)).toMatchObject({ code: 0, stdout: `${number} is safe on Kafka\n` })
    expect(await stored(number)).toEqual(record)
    const wrong = await publish({ ...record, division: '999999' })
    expect(wrong).toMatchObject({ code: 0, stdout: '' })
    expect(wrong.stderr).toMatch(/RECORD_INVALID[\s\S]*\/division/)
  },
  120_000,
)

test.each(eachNode)(
  'on $name the command publishes a file, and says what it takes',
  async ({ name, index }) => {
    const node = installed && (await nodes[name]!())
    if (!node) return
    const command = join(folder, 'node_modules/.bin/datarun-adapter')
    const config = `config-${index}.json`
    const csv = { files: `export-${index}.csv` }
    await writeFile(join(folder, config), JSON.stringify({ ...permitConfig(department), csv }))
    const rows = [permitHeader, permitRow(`2${index}`), permitRow(`3${index}`, 'many')]
    await writeFile(join(folder, csv.files), rows.map(row => `${row}\n`).join(''))
    const told = await inFolder(node, command, ['--once', '--json', config])
    expect(told).toMatchObject({ code: 3, stderr: expect.not.stringMatching(/Warning|Error/) })
    expect(JSON.parse(told.stdout).files).toMatchObject([{ file: csv.files, rows: 2, refused: 1, published: 1 }])
    expect(await stored(`P-2${index}`)).toMatchObject({ number: `P-2${index}` })
    const help = await inFolder(node, command, ['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('DATARUN_SYSTEM_KEY_FILE') })
    expect(await inFolder(node, command, [])).toMatchObject({ code: 2, stdout: '' })
  },
  120_000,
)

test('the program’s own kafkajs stays the version that it asked for, beside ours', async () => {
  if (!installed) return
  const versionAt = async (...place: string[]) =>
    JSON.parse(await readFile(join(folder, 'node_modules', ...place, 'package.json'), 'utf8')).version
  expect(await versionAt('kafkajs')).toBe('2.2.3')
  expect(await versionAt('@datarun/adapter/node_modules/kafkajs')).toBe('2.2.4')
})

test.each(['typescript', 'typescript-5'])(
  'its types are read by %s, and hold a program to them',
  async compiler => {
    if (!installed) return
    await writeFile(
      join(folder, 'typed.ts'),
      `import { createAdapter, createLog, isFailure, readAdapterSettings, type Published } from '@datarun/adapter'
const settings = readAdapterSettings(process.env)
const adapter = await createAdapter({}, settings, { log: createLog('registry') })
if (isFailure(adapter)) throw new Error(adapter.detail)
const outcome = await adapter.publisher.publish({ number: 'P-1' }, { change: 'issued', sequence: 1 })
if (!isFailure(outcome)) ((published: Published): string => published.key)(outcome)
// @ts-expect-error no such change
await adapter.publisher.publish({}, { change: 'given' })
// @ts-expect-error a log has levels
createLog('registry').shout('x')
`,
    )
    const words = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node', 'typed.ts']
    const tsc = join(repository, 'node_modules', compiler, 'bin/tsc')
    const told = await run(process.execPath, [tsc, ...words, '--skipLibCheck'], { cwd: folder }).catch(error => error)
    expect(told.stdout).toBe('')
  },
  60_000,
)
