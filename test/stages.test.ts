/** Keeps out a test command that runs other files than the ones it was asked for. */
import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { embeddedOnly, pathsFor, stages } from './stages.ts'

const root = join(import.meta.dirname, '..')
const ignored = (paths: readonly string[]) => paths.map(path => `--testPathIgnorePatterns=${path}`)

test('a file that is asked for stands before what is left out, with Java and without', () => {
  expect(pathsFor(['test/faults/poison'], true)).toEqual(['test/faults/poison'])
  expect(pathsFor(['test/faults/poison'], false)).toEqual(['test/faults/poison', ...ignored(embeddedOnly)])
})

test('without arguments every file runs but those of the wider stages', () => {
  expect(pathsFor([], true)).toEqual(ignored(Object.values(stages).flat()))
})

test('a stage runs its own files, and one that does not exist is refused with the names of those that do', () => {
  expect(pathsFor(['--stage', 'clients'], true)).toEqual(['test/interop/'])
  expect(() => pathsFor(['--stage', 'fault'], true)).toThrow(
    'There is no stage fault: faults, browsers, clients, containers',
  )
})

test('every stage is a script of package.json and a step of the gate, so that none is forgotten', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object }
  const gate = await readFile(join(root, '.ci/run'), 'utf8')
  for (const name of Object.keys(stages)) {
    expect(scripts).toHaveProperty(`test:${name}`)
    expect(gate).toContain(`npm run --silent test:${name}`)
  }
})

/** The gate, with an npm that runs nothing: it prints a line of counts for each stage but the one that `MISSING` names. */
let copy = ''
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'datarun-gate-'))
  await cp(join(root, '.ci'), join(copy, '.ci'), { recursive: true })
  await mkdir(join(copy, 'bin'))
  const npm = `#!/bin/sh
case "$*" in
  $MISSING) ;;
  test | *test:*) echo '1 passed, 0 failed' ;;
esac
`
  await writeFile(join(copy, 'bin/npm'), npm)
  await chmod(join(copy, 'bin/npm'), 0o755)
})
afterAll(() => rm(copy, { recursive: true }))

test('the gate adds up what each stage counted, however many there are; the containers come last', async () => {
  const all = 1 + Object.keys(stages).length
  expect(await gate('none')).toEqual({ code: 0, last: `${all} passed, 0 failed` })
  const steps = (await readFile(join(copy, '.ci/run'), 'utf8')).match(/^step .*$/gm)
  expect(steps?.at(-1)).toContain('test:containers')
})

test.each(['test', ...Object.keys(stages).map(name => `*test:${name}`)])(
  'a stage that comes to no count fails the gate: %s',
  async missing => {
    const left = Object.keys(stages).length
    expect(await gate(missing)).toEqual({ code: 1, last: `${left} passed, 1 failed` })
  },
)

function gate(missing: string): Promise<{ code: number; last: string | undefined }> {
  const env = { ...process.env, PATH: `${copy}/bin:${process.env.PATH}`, MISSING: missing }
  return new Promise(resolve => {
    execFile('bash', [join(copy, '.ci/run')], { env }, (error, output) =>
      resolve({ code: Number(error?.code ?? 0), last: output.trim().split('\n').at(-1) }),
    )
  })
}
