import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { type EventEmitter, once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below the range from which Linux (32768) and macOS (49152) take the ports of outgoing connections. Inside that range
 * a client that keeps knocking while its server is down can be given the server's own port, and so keep it from
 * coming back.
 */
const lowest = 20_000
const highest = 32_000
const host = '127.0.0.1'

/**
 * Different ports that nobody listens on at 127.0.0.1, and that no other process is given here while this one runs: from
 * being drawn to being listened on a port may wait for seconds.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = randomInt(lowest, highest)
    if (await claim(port)) ports.push(port)
  }
  return ports
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port as number
}

/**
 * Whoever is given a TCP port keeps the UDP port of the same number, which nobody here has a use for: the kernel gives it to
 * one process only, and takes it back however that process ends.
 */
async function claim(port: number): Promise<boolean> {
  const mark = createSocket('udp4')
  const isOurs = await isBound(mark, () => mark.bind({ address: host, port, exclusive: true }))
  if (!isOurs) return false
  mark.unref()
  if (await isFree(port)) return true
  mark.close()
  return false
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const isHeld = await isBound(server, () => server.listen({ host, port, exclusive: true }))
  if (isHeld) await new Promise(resolve => server.close(resolve))
  return isHeld
}

async function isBound(socket: EventEmitter, bind: () => void): Promise<boolean> {
  const outcome = once(socket, 'listening').catch((error: NodeJS.ErrnoException) => error)
  bind()
  const heard = await outcome
  if (Array.isArray(heard)) return true
  if (heard.code !== 'EADDRINUSE' && heard.code !== 'EACCES') throw heard
  return false
}
