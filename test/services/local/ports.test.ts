import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from '@jest/globals'
import { freePorts } from '../../../services/local/ports.ts'

const drawing: ChildProcess[] = []
afterAll(() => {
  for (const child of drawing) child.kill()
})

test('free ports are different, can be listened on, and lie below those of outgoing connections', async () => {
  const ports = await freePorts(50)
  expect(new Set(ports).size).toBe(50)
  for (const port of ports) {
    expect(port).toBeLessThan(32_768)
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
  }
})

/** A process that draws ports, says which, and lives on until its input ends. */
function draw(count: number) {
  const code = `
    import { freePorts } from './services/local/ports.ts'
    process.stdout.end(JSON.stringify(await freePorts(${count})))
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  drawing.push(child)
  return { child, ports: text(child.stdout).then(said => JSON.parse(said) as number[]) }
}

test('processes that draw at once are never given the same port, and it is free again when they have ended', async () => {
  const processes = Array.from({ length: 6 }, () => draw(200))
  const drawn = (await Promise.all(processes.map(({ ports }) => ports))).flat()
  expect([drawn.length, new Set(drawn).size]).toEqual([1_200, 1_200])
  const again = await freePorts(300)
  expect(again.filter(port => drawn.includes(port))).toEqual([])
  for (const { child } of processes) child.stdin.end()
  await Promise.all(processes.map(({ child }) => child.exitCode ?? once(child, 'exit')))
  const late = await freePorts(300)
  expect(late.some(port => drawn.includes(port))).toBe(true)
})
