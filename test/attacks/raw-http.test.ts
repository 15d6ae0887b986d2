/**
 * fastify and Node answered for themselves, with the address in the text: long parameters, broken percent escapes, Chinese that was
 * not encoded, unknown methods; paths of assets that lead elsewhere were 500, QUERY 400. All answers are problems with a code.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { startTestHub, type TestHub } from '../support/exchange.ts'

let hub: TestHub
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-console-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false', DATARUN_CONSOLE_FOLDER: folder } })
})
afterAll(async () => {
  await hub?.close()
  await rm(folder, { recursive: true, force: true })
})

type Heard = { status: number; head: string; problem: Record<string, unknown> | undefined }

/** Sends bytes as they are, and reads to the end of the connection. */
function say(line: string | Buffer, headers = '', body = ''): Promise<Heard> {
  const { port } = new URL(hub.exchange.address)
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(line)
      socket.write(`\r\nhost: hub\r\nconnection: close\r\n${headers}\r\n${body}`)
    })
    socket.on('data', part => parts.push(part))
    socket.on('error', error => (parts.length > 0 ? undefined : reject(error)))
    socket.on('close', () => {
      const [head = '', ...rest] = Buffer.concat(parts).toString('utf8').split('\r\n\r\n')
      const text = rest.join('\r\n\r\n')
      const isProblem = /content-type: application\/problem\+json/i.test(head)
      const json = /\{.*\}/s.exec(text)?.[0]
      resolve({ status: Number(head.split(' ')[1]), head, problem: isProblem && json ? JSON.parse(json) : undefined })
    })
  })
}

const long = 'x'.repeat(300)

test.each<[string, string | Buffer, string, number, string]>([
  ['a parameter that is too long', `GET /v1/datasets/${long} HTTP/1.1`, '', 414, 'ADDRESS_TOO_LONG'],
  ['a broken percent escape', 'GET /v1/datasets/%zz HTTP/1.1', '', 400, 'REQUEST_MALFORMED'],
  ['half of a character', 'GET /v1/datasets/%E4%B8 HTTP/1.1', '', 400, 'REQUEST_MALFORMED'],
  ['Chinese that is not encoded', Buffer.from('GET /v1/datasets?q=结婚 HTTP/1.1'), '', 400, 'REQUEST_MALFORMED'],
  ['a method that nobody knows', 'FETCH /v1/datasets HTTP/1.1', '', 405, 'METHOD_NOT_ALLOWED'],
  ['an HTTP that nobody speaks', 'GET /v1/datasets HTTP/9.9', '', 400, 'REQUEST_MALFORMED'],
  ['headers that are too large', 'GET /v1/datasets HTTP/1.1', `x: ${'y'.repeat(40_000)}\r\n`, 431, 'HEADERS_TOO_LARGE'],
  [
    'two lengths',
    'POST /v1/pulls HTTP/1.1',
    'content-length: 1\r\ntransfer-encoding: chunked\r\n',
    400,
    'REQUEST_MALFORMED',
  ],
])('%s is a problem in both languages, with its code, and repeats nothing', async (_, line, headers, status, code) => {
  const heard = await say(line, headers)
  expect([heard.status, heard.problem?.code]).toEqual([status, code])
  expect(heard.problem).toMatchObject({ title: expect.any(String), titleZh: expect.stringMatching(/[一-鿿]/) })
  expect(heard.problem?.request).toMatch(/^[0-9A-Z]{26}$/)
  expect(JSON.stringify(heard.problem)).not.toContain('xxxx')
})

test.each(['QUERY', 'PATCH', 'PROPFIND', 'TRACE', 'OPTIONS', 'DELETE', 'PURGE'])(
  '%s of an address that knows other methods is 405 with these, with a body or without',
  async method => {
    for (const path of ['/v1/datasets/civil-affairs.marriage-certificate', '/v1/datasets/a.b?x=1'])
      for (const body of ['', '{}', '{"broken'])
        for (const type of body ? ['application/json', 'text/plain'] : ['']) {
          const headers = body ? `content-type: ${type}\r\ncontent-length: ${body.length}\r\n` : ''
          const heard = await say(`${method} ${path} HTTP/1.1`, headers, body)
          expect([heard.status, heard.problem?.code]).toEqual([405, 'METHOD_NOT_ALLOWED'])
          expect(heard.head).toMatch(/^allow: GET, HEAD, PUT\r?$/im)
        }
  },
)

test('an address that nobody knows is 404, whatever the method', async () => {
  for (const method of ['GET', 'QUERY', 'POST', 'OPTIONS']) {
    const heard = await say(`${method} /v1/nothing-here HTTP/1.1`)
    expect([heard.status, heard.problem?.code]).toEqual([404, 'NOT_FOUND'])
  }
})

const steps = ['..', '%2e%2e', '..%2f', '%2e%2e%5c', '%00', '.', '%5c..', 'a', '%2f', '..;', '%E2%80%AE', '%25%32%65']

test('no path of an asset leads elsewhere, or to a failure of ours', async () => {
  const path = fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 6 }).map(parts => parts.join('/'))
  await fc.assert(
    fc.asyncProperty(path, fc.constantFrom('/console/assets/', '/docs/static/', '/console/'), async (wanted, under) => {
      const heard = await say(`GET ${under}${wanted} HTTP/1.1`)
      if (heard.status === 200) expect(heard.head).toMatch(/content-type: text\/html/i)
      else if (heard.status >= 300)
        expect([heard.status, heard.problem?.code]).toEqual([heard.status, expect.any(String)])
      expect(heard.status).toBeLessThan(500)
    }),
    { numRuns: 150 },
  )
})

test('bytes that are no request at all get a problem or nothing, and the hub goes on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async bytes => {
      const heard = await say(Buffer.from(bytes)).catch(() => undefined)
      if (heard?.status) expect(heard.problem?.code).toEqual(expect.any(String))
    }),
    { numRuns: 100 },
  )
  expect((await hub.call('GET', '/healthz')).status).toBe(200)
})
