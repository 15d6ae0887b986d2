import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { repository } from '../../../../services/local/places.ts'

let server: Server | undefined
afterEach(() => void server?.close())

test.each([
  [200, '{"ready":true}', 0],
  [503, '{"ready":false}', 1],
])('the health check of one that answers %i prints what it said', async (status, body, code) => {
  expect(await isReady(await answering(status, body))).toEqual({ code, printed: body })
})

test('the health check of one that does not answer fails', async () => {
  const port = await answering(200, '{}')
  server?.close()
  await once(server!, 'close')
  expect(await isReady(port)).toEqual({ code: 1, printed: '' })
})

async function answering(status: number, body: string): Promise<number> {
  server = createServer((request, response) => {
    response.writeHead(request.url === '/readyz' ? status : 404, { 'content-type': 'application/json' }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function isReady(port: number): Promise<{ code: number; printed: string }> {
  const script = join(repository, 'services/local/compose/is-ready.sh')
  return new Promise(resolve => {
    execFile('bash', [script, String(port)], (error, printed) => resolve({ code: Number(error?.code ?? 0), printed }))
  })
}
