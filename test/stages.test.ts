/** Keeps out a test command that runs other files than the ones it was asked for. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
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
  expect(pathsFor(['--stage', 'faults'], true)).toEqual(['test/faults/'])
  expect(() => pathsFor(['--stage', 'fault'], true)).toThrow('There is no stage fault: faults, clients')
})

test('every stage is a script of package.json and a step of the gate, so that none is forgotten', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object }
  const gate = await readFile(join(root, '.ci/run'), 'utf8')
  for (const name of Object.keys(stages)) {
    expect(scripts).toHaveProperty(`test:${name}`)
    expect(gate).toContain(`npm run --silent test:${name}`)
  }
})
