import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Below the range from which Linux (32768) and macOS (49152) take the ports of outgoing connections. Inside that range
 * a client that keeps knocking while its server is down can be given the server's own port, and so keep it from
 * coming back.
 */
const lowest = 20_000
const highest = 32_000

/** Different ports that nobody listens on at 127.0.0.1. All are held until all are found, so that none comes twice. */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = []
  while (held.length < count) {
    const server = createServer()
    const outcome = once(server, 'listening').catch((error: NodeJS.ErrnoException) => error)
    server.listen({ host: '127.0.0.1', port: randomInt(lowest, highest), exclusive: true })
    const heard = await outcome
    if (Array.isArray(heard)) held.push(server)
    else if (heard.code !== 'EADDRINUSE' && heard.code !== 'EACCES') throw heard
  }
  const ports = held.map(server => (server.address() as { port: number }).port)
  await Promise.all(held.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port as number
}
