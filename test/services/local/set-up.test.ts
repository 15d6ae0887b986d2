import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { repository } from '../../../services/local/places.ts'

/** A clone's worth of files, and a PATH with the programs that every machine has. */
let clone: string
let path: string

const programs = ['bash', 'dirname', 'node', 'npm', 'sed', 'head', 'id', 'cmp', 'mkdir', 'chmod', 'readlink', 'uname']

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'datarun-clone-'))
  path = join(clone, 'bin')
  await mkdir(path)
  await cp(join(repository, 'services'), join(clone, 'services'), { recursive: true })
  await cp(join(repository, 'package-lock.json'), join(clone, 'package-lock.json'))
  await symlink(join(repository, 'node_modules'), join(clone, 'node_modules'))
  for (const name of programs) await symlink(whereIs(name), join(path, name))
  run(process.execPath, ['services/console/build.ts'], clone, process.env)
}, 120_000)
afterAll(() => rm(clone, { recursive: true }))

const whereIs = (name: string) => spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim()

function run(program: string, args: string[], cwd: string, environment: NodeJS.ProcessEnv) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env: environment, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

test('a second set-up in a row finds nothing to do, and says nothing', () => {
  run('bash', ['services/local/set-up.sh'], repository, process.env)
  const { status, said } = run('bash', ['services/local/set-up.sh'], repository, process.env)
  expect({ status, said }).toEqual({ status: 0, said: '' })
})

test('where Maven is missing and apt is not there, set-up names both ways out', () => {
  const { status, said } = run('bash', ['services/local/set-up.sh'], clone, { PATH: path })
  expect(said).toMatch(/lacks: (java )?maven/)
  expect(said).toContain('Install them with your package manager')
  expect(said).toContain('docker compose up')
  expect(said.trim().split('\n')).toHaveLength(1)
  expect(status).toBe(1)
})

test('where tests run in containers, neither Java nor Maven is asked for', () => {
  const { status, said } = run('bash', ['services/local/set-up.sh'], clone, { PATH: path, TEST_BACKEND: 'containers' })
  expect({ status, said }).toEqual({ status: 0, said: '' })
})

test.each([
  ['all is there', { a: { version: '1' } }, { a: { version: '1' } }, 0],
  ['a package is missing', { a: { version: '1' } }, {}, 1],
  ['a package is of another version', { a: { version: '2' } }, { a: { version: '1' } }, 1],
  ['one for another platform is missing', { a: { version: '1', optional: true } }, {}, 0],
  ['nothing was ever installed', { a: { version: '1' } }, undefined, 1],
])('packages are installed again only if need be: %s', async (_, pinned, installed, expected) => {
  const folder = await mkdtemp(join(tmpdir(), 'datarun-packages-'))
  await mkdir(join(folder, 'node_modules'))
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...pinned } }))
  if (installed) {
    await writeFile(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }))
  }
  const script = join(repository, 'services/local/packages-installed.js')
  expect(run(process.execPath, [script], folder, {}).status).toBe(expected)
  await rm(folder, { recursive: true })
})
