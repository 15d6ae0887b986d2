import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { type EventEmitter, once } from 'node:events'
import { createServer } from 'node:net'
import { type ListeningPlace, listeningTrouble } from '../contract/listening.ts'

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
 * A holder of a TCP port keeps the UDP port of the same number, which nobody here has a use for: the kernel gives it to
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

/** A port that was asked for: `setting` is what changes it, `--port`. */
export type WantedPort = { setting: string; port: number | undefined }

/**
 * Tries the ports that were asked for before anything is started. @throws naming every one that cannot be had, and its setting,
 * at once.
 */
export async function requireFree(wanted: readonly WantedPort[]): Promise<void> {
  const troubles: string[] = []
  const settings = new Map<number, string>()
  for (const { setting, port } of wanted) {
    if (port === undefined) continue
    const other = settings.get(port)
    settings.set(port, setting)
    if (other) troubles.push(`Port ${port} cannot be both ${other} and ${setting} (端口重复): set another.`)
    else troubles.push((await troubleWith({ host, port }, setting)) ?? '')
  }
  const told = troubles.filter(trouble => trouble !== '')
  if (told.length > 0) throw new Error(told.join('\n'))
}

async function troubleWith(place: ListeningPlace, setting: string): Promise<string | undefined> {
  const outcome = await listenOnce(place.port)
  if (outcome === undefined) return undefined
  const trouble = listeningTrouble(outcome, place, { host: setting, port: setting })
  if (trouble === undefined) throw outcome
  return trouble
}

async function isFree(port: number): Promise<boolean> {
  const outcome = await listenOnce(port)
  if (outcome && !isTaken(outcome)) throw outcome
  return outcome === undefined
}

/** Undefined where the port could be listened on, and is free again. */
async function listenOnce(port: number): Promise<NodeJS.ErrnoException | undefined> {
  const server = createServer()
  const outcome = await bound(server, () => server.listen({ host, port, exclusive: true }))
  if (outcome === undefined) await new Promise(resolve => server.close(resolve))
  return outcome
}

async function isBound(socket: EventEmitter, bind: () => void): Promise<boolean> {
  const outcome = await bound(socket, bind)
  if (outcome && !isTaken(outcome)) throw outcome
  return outcome === undefined
}

const isTaken = ({ code }: NodeJS.ErrnoException) => code === 'EADDRINUSE' || code === 'EACCES'

async function bound(socket: EventEmitter, bind: () => void): Promise<NodeJS.ErrnoException | undefined> {
  const outcome = once(socket, 'listening').catch((error: NodeJS.ErrnoException) => error)
  bind()
  const heard = await outcome
  return Array.isArray(heard) ? undefined : heard
}
