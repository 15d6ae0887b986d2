/**
 * Clients that generators of other makers make of the OpenAPI document, in TypeScript and in Python: each makes a pull and reads
 * what is not JSON, a checkpoint and a tile, whose path has slashes.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { dataHome } from '../../services/local/places.ts'
import { alice } from '../support/city-department.ts'
import { openPullCity, type PullCity, purpose } from '../support/pull-city.ts'

const run = promisify(execFile)
const home = (name: string) => join(dataHome, 'tests', name)
const wait = { timeout: 240_000 }

let city: PullCity
let environment: NodeJS.ProcessEnv
let document: string
beforeAll(async () => {
  city = await openPullCity()
  const source = await city.addSource()
  await city.agree(source.id)
  await city.store(source.id, { key: 'P-1' }, { key: 'P-2' })
  document = (await city.hub.call('GET', '/openapi.json')).text
  environment = {
    ...process.env,
    HUB: city.hub.exchange.address,
    TOKEN: await city.hub.tokenOf(city.desk),
    DATASET: source.id,
    SUBJECT: alice,
    PURPOSE: purpose,
  }
}, 120_000)
afterAll(() => city?.close())

/** False where the registry does not have them, with one line that says so. */
async function isSetUp(name: string, setUp: () => Promise<unknown>): Promise<boolean> {
  try {
    await setUp()
    return true
  } catch (error) {
    const lines = String((error as { stderr?: string }).stderr || error)
      .trim()
      .split('\n')
    process.stdout.write(`Left out: a client in ${name}, whose generator could not be set up here (${lines.at(-1)})\n`)
    return false
  }
}

/** The output of each of the programs, from the answer of a pull, the checkpoint and the first tile. */
async function expectAnswers(printed: string): Promise<void> {
  const told = JSON.parse(printed)
  const entry = await city.entry(told.index)
  expect(entry).toMatchObject({ kind: 'pull', caller: city.desk, case: told.case })
  expect(told).toMatchObject({ records: ['P-1', 'P-2'], origin: 'hub.test/access-log', refused: 'SUBJECT_INVALID' })
  expect(told.tileBytes).toBe(32 * told.size)
}

const typescript = {
  'openapi-typescript': '7.13.0',
  'openapi-fetch': '0.17.0',
  typescript: '5.9.3',
  '@types/node': '24.19.2',
}

test('a generated TypeScript client pulls, checked by the compiler', async () => {
  const folder = home('typescript-client')
  const ready = await isSetUp('TypeScript', async () => {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies: typescript }))
    if (!existsSync(join(folder, 'node_modules/openapi-fetch')))
      await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, ...wait })
  })
  if (!ready) return
  const node = (...words: string[]) => run(process.execPath, words, { cwd: folder, env: environment, ...wait })
  await writeFile(join(folder, 'openapi.json'), document)
  await node('node_modules/openapi-typescript/bin/cli.js', 'openapi.json', '--output', 'hub.d.ts')
  await copyFile(join(import.meta.dirname, 'generated_client.ts.txt'), join(folder, 'pull.ts'))
  const strict = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck']
  await node('node_modules/typescript/bin/tsc', ...strict, '--allowImportingTsExtensions', 'pull.ts')
  const { stdout } = await node('pull.ts')
  await expectAnswers(stdout)
}, 400_000)

test('a generated Python client pulls', async () => {
  const folder = home('python-client')
  const program = (name: string) => join(folder, 'bin', name)
  const ready = await isSetUp('Python', async () => {
    if (!existsSync(program('python'))) await run('python3', ['-m', 'venv', folder])
    if (!existsSync(program('openapi-python-client')))
      await run(program('python'), ['-m', 'pip', 'install', '--quiet', 'openapi-python-client==0.29.1'], wait)
  })
  if (!ready) return
  const generated = join(folder, 'generated')
  await rm(generated, { recursive: true, force: true })
  await mkdir(generated)
  await writeFile(join(generated, 'openapi.json'), document)
  await writeFile(join(generated, 'config.yaml'), 'content_type_overrides: { application/x-ndjson: text/plain }\n')
  const env = { ...environment, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, PYTHONPATH: generated }
  const words = ['generate', '--path', 'openapi.json', '--config', 'config.yaml', '--meta', 'none']
  const made = await run(program('openapi-python-client'), [...words, '--output-path', 'hub_client'], {
    cwd: generated,
    env,
    ...wait,
  })
  expect(made.stdout + made.stderr).not.toMatch(/WARNING|ERROR/)
  const script = join(import.meta.dirname, 'generated_client.py')
  const { stdout } = await run(program('python'), [script], { env, ...wait })
  await expectAnswers(stdout)
}, 400_000)
