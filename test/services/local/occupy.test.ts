import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { occupy } from '../../../services/local/occupy.ts'
import { removeStack } from '../../../services/local/stack.ts'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'datarun-occupy-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

test('a directory that another process runs on can neither be used nor removed, and the error names that process', async () => {
  const other = spawn('sleep', ['1000'])
  await writeFile(join(directory, 'pid'), String(other.pid))
  await expect(occupy(directory)).rejects.toThrow(`runs on ${directory} already (process ${other.pid})`)
  await expect(removeStack(directory)).rejects.toThrow('already')
  other.kill()
})

test('what a process left that is gone does not keep anyone out', async () => {
  const gone = spawn('true')
  await new Promise(resolve => gone.once('exit', resolve))
  await writeFile(join(directory, 'pid'), String(gone.pid))
  const free = await occupy(directory)
  await free()
  await removeStack(directory)
  expect(existsSync(directory)).toBe(false)
})
