/**
 * Calls that are open to anybody stay cheap and bounded: 499 slow readers of the live overview held 1.5 GB of the kernel's memory, 500
 * locked everyone out, 200 askers of the API document slowed pulls from 4 ms to 2.2 s, and text after a token made a new caller.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { openWatchers, type Watcher, type Watchers } from '../../services/exchange/views/figures/watchers.ts'
import { freePort } from '../../services/local/ports.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'

let hub: TestHub
let metricsPort: number
const open = new Set<Socket>()

beforeAll(async () => {
  metricsPort = await freePort()
  const environment = {
    DATARUN_INGEST: 'false',
    DATARUN_METRICS_PORT: String(metricsPort),
    DATARUN_REQUESTS_PER_MINUTE: '20',
    DATARUN_ANONYMOUS_PER_MINUTE: '200',
    DATARUN_INSTANCE: 'the-one-that-was-started',
  }
  hub = await startTestHub({ environment })
})
afterEach(() => {
  for (const socket of open) socket.destroy()
  open.clear()
})
afterAll(() => hub?.close())

/** A client that asks for the stream and never reads, or reads all. */
async function watch(address: string, { token, reads = false }: { token?: string; reads?: boolean } = {}) {
  const { hostname, port } = new URL(address)
  const socket = connect({ host: hostname, port: Number(port) })
  open.add(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  const authorization = token ? `authorization: Bearer ${token}\r\n` : ''
  socket.write(`GET /v1/overview/events HTTP/1.1\r\nhost: hub\r\n${authorization}\r\n`)
  const [head] = await once(socket, 'data')
  if (reads) socket.resume()
  else socket.pause()
  return { socket, status: Number(/^HTTP\/1.1 (\d+)/.exec(String(head))?.[1]) }
}

test('watchers from one address are bounded; who is signed in is counted apart, and bounded, too', async () => {
  const token = await hub.tokenOf('hub/operator')
  const strangers = []
  for (let n = 0; n < 21; n++) strangers.push((await watch(hub.exchange.address)).status)
  expect(strangers).toEqual([...Array.from({ length: 20 }, () => 200), 429])
  const known = []
  for (let n = 0; n < 6; n++) known.push((await watch(hub.exchange.address, { token })).status)
  expect(known).toEqual([200, 200, 200, 200, 200, 429])
  for (const socket of open) socket.destroy()
  await eventually(async () => (await watch(hub.exchange.address)).status === 200)
})

const stranger = (who: string): Watcher => ({ who, kind: 'anonymous' })

/** A server that gives each request to the watchers, as the route does. */
async function serve(watchers: Watchers): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    const events = watchers.add(stranger(String(open.size)), request.socket, ': welcome\n\n')
    if (events) events.pipe(response)
    else response.writeHead(429).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('who does not read is reset, and the system holds no more than one stream may carry', async () => {
  const watchers = openWatchers()
  const { server, address } = await serve(watchers)
  const { socket } = await watch(address)
  const event = `data: ${'x'.repeat(32_768)}\n\n`
  let told = 0
  while (!watchers.isEmpty() && told < 100) {
    watchers.sweep()
    watchers.tell(event)
    told += 1
    await sleep(5)
  }
  expect(told).toBeLessThan(12)
  socket.resume()
  await eventually(() => socket.destroyed)
  expect(socket.bytesRead).toBeLessThan(330_000)
  server.close()
})

test('no more strangers than there are places, from wherever they come, and none of them takes one of who is known', () => {
  const watchers = openWatchers()
  const socket = { writableLength: 0, resetAndDestroy: () => {} } as unknown as Socket
  const places = Array.from({ length: 300 }, (_, n) => watchers.add(stranger(`10.0.0.${n}`), socket, ''))
  expect(places.filter(Boolean).length).toBe(200)
  expect(watchers.add({ who: 'a-clerk', kind: 'known' }, socket, '')).toBeDefined()
})

test('the API document is made once: the same bytes, packed where that is taken, and 304 for who has it', async () => {
  const address = `${hub.exchange.address}/openapi.json`
  const first = await fetch(address, { headers: { 'accept-encoding': 'identity' } })
  const etag = first.headers.get('etag')!
  const text = await first.text()
  expect(JSON.parse(text).openapi).toBe('3.1.0')
  const raw = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1', () =>
      socket.end('GET /openapi.json HTTP/1.1\r\nhost: hub\r\nconnection: close\r\naccept-encoding: gzip\r\n\r\n'),
    )
    const parts: Buffer[] = []
    socket.on('data', part => parts.push(part))
    socket.on('end', () => resolve(Buffer.concat(parts)))
    socket.on('error', reject)
  })
  const packed = raw.subarray(raw.indexOf('\r\n\r\n') + 4)
  expect(raw.subarray(0, raw.length - packed.length).toString()).toMatch(/content-encoding: gzip/i)
  expect(gunzipSync(packed).toString()).toBe(text)
  expect(packed.length).toBeLessThan(text.length / 5)
  const again = await fetch(address, { headers: { 'if-none-match': etag } })
  expect([again.status, await again.text()]).toEqual([304, ''])
  for (const copy of ['/docs/json', '/docs/yaml', '/docs/%6ason', '/docs/%79aml', '/%64ocs/yam%6C?x=/docs/json']) {
    const moved = await fetch(hub.exchange.address + copy, { redirect: 'manual' })
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/openapi.json'])
  }
})

test('the metrics are at their own address, and no more at the hub’s', async () => {
  expect((await hub.call('GET', '/metrics')).status).toBe(404)
  const own = await fetch(`http://127.0.0.1:${metricsPort}/metrics`)
  expect([own.status, own.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')])
  expect(await own.text()).toContain('datarun_pull_decisions_total')
  expect((await fetch(`http://127.0.0.1:${metricsPort}/v1/systems`)).status).toBe(404)
})

test('readiness names the process that answers, and as many as ask at once are answered by one look', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => hub.call('GET', '/readyz')))
  expect(new Set(answers.map(({ body }) => body.instance))).toEqual(new Set(['the-one-that-was-started']))
})

test.each(['Bearer TOKEN x', 'Bearer TOKEN,TOKEN', 'Bearer TOKEN Bearer TOKEN', 'Bearer "TOKEN"', 'Bearer TOKEN=x'])(
  'the header %s holds no token',
  async header => {
    const authorization = header.replaceAll('TOKEN', await hub.tokenOf('hub/operator'))
    const answer = await hub.call('GET', '/v1/me', undefined, undefined, { authorization })
    expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_INVALID'])
  },
)

test('a caller is one caller however the scheme is written, by whatever token', async () => {
  const statuses: number[] = []
  const tokens = [await hub.issuer.tokenOf('hub/exchange'), await hub.issuer.tokenOf('hub/exchange')]
  expect(tokens[0]).not.toBe(tokens[1])
  for (let n = 0; n < 24; n++) {
    const authorization = `${['Bearer', 'bearer', 'BEARER '][n % 3]} ${tokens[n % 2]}`
    statuses.push((await hub.call('GET', '/v1/overview/events?x=1', undefined, undefined, { authorization })).status)
  }
  expect(statuses.filter(status => status === 429).length).toBe(4)
})
