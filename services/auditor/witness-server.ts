import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Witness, WitnessAnswer } from './witness.ts'

/** A checkpoint with 16 signatures and 63 hashes is far below. */
const largestRequest = 65_536

/** `POST …/add-checkpoint` and `GET …/<SHA-256 of the origin>/checkpoint`; who asks need not be known, for only a log can sign what is asked. */
export const createWitnessServer = (witness: Witness, report: (line: string) => void): Server =>
  createServer({ requestTimeout: 10_000, maxHeaderSize: 8_192 }, async (request, response) => {
    const { status, body, type } = await handle(witness, request).catch(error => {
      report(`failed: ${(error as Error).message}`)
      return { status: 500, body: '', type: 'text/plain' }
    })
    report(`${request.method} ${status}`)
    response.writeHead(status, { 'content-type': type }).end(body)
  })

async function handle(witness: Witness, request: IncomingMessage): Promise<WitnessAnswer> {
  const plain = { body: '', type: 'text/plain' }
  const path = request.url?.split('?')[0] ?? ''
  const [, originHash] = /\/([0-9a-f]{64})\/checkpoint$/.exec(path) ?? []
  if (originHash) {
    return request.method === 'GET' ? witness.lastCheckpoint(originHash) : { ...plain, status: 405 }
  }
  if (!path.endsWith('/add-checkpoint')) return { ...plain, status: 404 }
  if (request.method !== 'POST') return { ...plain, status: 405 }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += (chunk as Buffer).length
    if (length > largestRequest) return { ...plain, status: 413 }
    chunks.push(chunk as Buffer)
  }
  return witness.addCheckpoint(Buffer.concat(chunks).toString())
}
