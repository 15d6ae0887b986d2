/** Keeps out: a process that stands still, dies or grows because nobody reads its standard error, or its disk is full. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from '@jest/globals'

const log = new URL('../../../services/contract/log.ts', import.meta.url).href

/** Writes 40 MB of lines, in turns of the event loop; says on standard output how many were lost. Node's own warning shares the log's way out. */
const writer = `
  import { createLog, lostLogLines } from '${log}'
  const log = createLog('writer')
  process.emitWarning('shares standard error with the log')
  await new Promise(resolve => setImmediate(resolve))
  for (let n = 0; n < 400; n++) {
    for (let i = 0; i < 100; i++) log.info({ n, padding: 'x'.repeat(1000) }, 'line')
    await new Promise(resolve => setImmediate(resolve))
  }
  process.stdout.write(JSON.stringify({ lost: lostLogLines(), rss: process.memoryUsage().rss }) + '\\n')
  await new Promise(resolve => process.stdin.once('data', resolve))
  log.info('read again')
  await new Promise(resolve => setTimeout(resolve, 200))
  log.info('and the last')
  process.exit(0)
`
const run = (stderr: number | 'pipe') =>
  spawn(process.execPath, ['--input-type=module', '-e', writer], { stdio: ['pipe', 'pipe', stderr] })

async function told(child: ReturnType<typeof run>) {
  const [line] = await Promise.race([
    new Promise<string[]>(resolve => child.stdout!.once('data', data => resolve(String(data).split('\n')))),
    wait(60_000, undefined, { ref: false }).then(() => ['{}']),
  ])
  return JSON.parse(line!) as { lost?: number; rss?: number }
}

test('a process whose standard error nobody reads goes on, without growing, and tells what was lost once it is read', async () => {
  const child = run('pipe')
  const { lost, rss } = await told(child)
  expect(lost).toBeGreaterThan(30_000)
  expect(rss).toBeLessThan(250e6)
  const read = text(child.stderr!)
  await wait(500)
  child.stdin!.write('go\n')
  const lines = (await read)
    .trimEnd()
    .split('\n')
    .filter(line => line.startsWith('{'))
  const messages = lines.map(line => JSON.parse(line))
  const losses = messages.filter(({ lines }) => lines !== undefined).reduce((sum, { lines }) => sum + lines, 0)
  expect(losses).toBe(lost)
  expect(messages.at(-1).msg).toBe('and the last')
  expect(messages.length + losses).toBe(40_000 + 2 + 1)
}, 120_000)

test('a process whose standard error is on a full disk goes on and counts every line', async () => {
  const full = openSync('/dev/full', 'w')
  const child = run(full)
  closeSync(full)
  const ended = new Promise(resolve => child.on('close', resolve))
  expect(await told(child)).toMatchObject({ lost: 40_000 })
  child.stdin!.write('go\n')
  expect(await ended).toBe(0)
}, 120_000)
