import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ChildPlan, createChild } from '../../../services/local/child.ts'
import { repository } from '../../../services/local/places.ts'
import { eventually } from '../../support/eventually.ts'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'datarun-child-'))
})
afterAll(() => rm(directory, { recursive: true }))

const plan = (name: string, script: string, more: Partial<ChildPlan> = {}): ChildPlan => ({
  name,
  command: '/bin/sh',
  args: ['-c', script],
  env: {},
  logFile: join(directory, `${name}.log`),
  stopSignal: 'SIGTERM',
  stopWithin: 10_000,
  isReady: async written => (await written()).includes('ready'),
  readyWithin: 10_000,
  ...more,
})

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a child that ends before it is ready is an error that shows the end of its log', async () => {
  const child = createChild(plan('early', 'echo no such file: x.conf; exit 3'))
  await expect(child.start()).rejects.toThrow(/early ended \(exit code 3\)[\s\S]*no such file: x.conf/)
  expect(child.pid).toBe(undefined)
})

test('a program that is not there is named', async () => {
  const child = createChild(plan('absent', '', { command: '/no/such/program' }))
  await expect(child.start()).rejects.toThrow('absent could not be started (ENOENT)')
})

test('a child that takes too long is ended', async () => {
  const child = createChild(plan('late', 'echo $$; exec sleep 100', { readyWithin: 200 }))
  await expect(child.start()).rejects.toThrow('late was not ready within 0.2 s')
  const pid = Number((await readFile(join(directory, 'late.log'), 'utf8')).trim())
  expect(isAlive(pid)).toBe(false)
})

test('a child that does not hear the stop signal is ended by force', async () => {
  const child = createChild(plan('deaf', "trap '' TERM; echo ready; while :; do sleep 0.1; done", { stopWithin: 100 }))
  await child.start()
  const pid = child.pid as number
  await child.stop()
  expect([child.pid, isAlive(pid)]).toEqual([undefined, false])
})

test('a child inherits nothing of our environment', async () => {
  const child = createChild(plan('bare', '/usr/bin/env; echo ready; exec sleep 100', { env: { GIVEN: 'yes' } }))
  await child.start()
  await child.stop()
  const names = [...(await readFile(join(directory, 'bare.log'), 'utf8')).matchAll(/^(\w+)=/gm)].map(found => found[1])
  expect(names.filter(name => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name as string))).toEqual(['GIVEN'])
})

test('an end that nobody asked for is told, and one that was asked for is not', async () => {
  const told: string[] = []
  const onFailure = (sentence: string) => told.push(sentence)
  const child = createChild(plan('brief', 'echo ready; exec sleep 100', { onFailure }))
  await child.start()
  await child.stop()
  await child.start()
  process.kill(child.pid as number, 'SIGKILL')
  await eventually(() => told.length > 0)
  expect(told).toEqual(['brief ended (signal SIGKILL)'])
})

/** A process of its own that starts one child, says its pid, and stays. */
async function startParent(): Promise<{ parent: ChildProcess; grandchild: number }> {
  const script = join(directory, 'parent.ts')
  await writeFile(
    script,
    `import { createChild } from ${JSON.stringify(join(repository, 'services/local/child.ts'))}
     const child = createChild({ name: 'grandchild', command: '/bin/sh', args: ['-c', 'echo ready; exec sleep 1000'],
       env: {}, logFile: ${JSON.stringify(join(directory, 'grandchild.log'))}, stopSignal: 'SIGTERM', stopWithin: 1000,
       isReady: async written => (await written()).includes('ready'), readyWithin: 10000 })
     await child.start()
     console.log(child.pid)
     setInterval(() => {}, 1000)`,
  )
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(parent.stdout, 'data')
  return { parent, grandchild: Number(String(said)) }
}

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('children end when their parent is ended by %s', async signal => {
  const { parent, grandchild } = await startParent()
  expect(isAlive(grandchild)).toBe(true)
  parent.kill(signal)
  await eventually(() => isGone(grandchild))
})

/** A zombie that waits for init is gone, too. */
async function isGone(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return status === undefined ? !isAlive(pid) : / Z /.test(status)
}
