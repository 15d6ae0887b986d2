/** Keeps out: a witness or a log that answers otherwise than C2SP says, at the edges that others got wrong (h01). */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readKey } from '../../services/auditor/note.ts'
import { sha256 } from '../../services/auditor/tree.ts'
import { createWitness } from '../../services/auditor/witness.ts'
import { generateWitnessKey, readWitnessKey } from '../../services/auditor/witness-key.ts'
import { createWitnessServer } from '../../services/auditor/witness-server.ts'
import { type AuditedLog, openAuditedLog } from '../support/audited-log.ts'

const name = 'dept.example/witness'
const size = 300
let audited: AuditedLog
let server: Server
let address: string
let folder: string
/** The log's checkpoint of this size: its text, and its only signature line. */
let text: string
let line: string

beforeAll(async () => {
  audited = await openAuditedLog()
  await audited.append(size)
  const checkpoint = audited.log.checkpoints().at(-1)!
  ;[text = '', line = ''] = checkpoint.split(/(?<=\n)\n/)
  folder = mkdtempSync(join(tmpdir(), 'datarun-witness-'))
  const signer = readWitnessKey(generateWitnessKey(name).signingKey)!
  const logs = [readKey(audited.log.verifierKey)!]
  server = createWitnessServer(createWitness({ signer, logs, directory: folder, now: () => new Date() }), () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `http://127.0.0.1:${(server.address() as { port: number }).port}`
})
afterAll(async () => {
  server?.close()
  server?.closeAllConnections()
  rmSync(folder, { recursive: true })
  await audited?.close()
})

async function post(body: string) {
  const answer = await fetch(`${address}/add-checkpoint`, { method: 'POST', body })
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() }
}
const statusOf = async (body: string) => (await post(body)).status
const hashOf = (origin: string) => sha256(origin).toString('hex')

/** The line with one bit of its signature turned over. */
function broken(): string {
  const [dash, who, data = ''] = line.trimEnd().split(' ')
  const bytes = Buffer.from(data, 'base64')
  bytes[10]! ^= 1
  return `${dash} ${who} ${bytes.toString('base64')}\n`
}

test('what a witness cannot cosign has the status that its reason has', async () => {
  const note = `${text}\n${line}`
  expect(await statusOf(`old 0\n\n${note.replace(/^[^\n]+/, 'other.example/log')}`)).toBe(404)
  expect(await statusOf(`old 0\n\n${text}\n${broken()}`)).toBe(403)
  expect(await statusOf(`old 0\n\n${text}\n— other.example AAAAAAAA\n`)).toBe(403)
  expect(await statusOf(note)).toBe(400)
  expect(await statusOf(`old 007\n\n${note}`)).toBe(400)
  expect(await statusOf(`old ${size + 5}\n\n${note}`)).toBe(400)
  expect(await statusOf(`old 0\n\n${note}`.replaceAll('\n', '\r\n'))).toBe(400)
  expect(await statusOf(`old 0\n${`${'A'.repeat(43)}=\n`.repeat(64)}\n${note}`)).toBe(400)
  expect((await fetch(`${address}/add-checkpoint`)).status).toBe(405)
  expect((await fetch(`${address}/${hashOf(audited.log.accessLog.origin)}/checkpoint`)).status).toBe(404)
})

test('a first checkpoint, the same again, and one that starts from elsewhere', async () => {
  const note = `${text}\n${line}`
  const first = await post(`old 0\n\n${note}`)
  expect(first).toMatchObject({ status: 200, body: expect.stringMatching(new RegExp(`^— ${name} \\S+\\n$`)) })
  expect(await post(`old 0\n\n${note}`)).toEqual({ status: 409, type: 'text/x.tlog.size', body: `${size}\n` })
  expect(await statusOf(`old ${size}\n\n${note}`)).toBe(200)
  expect(await statusOf(`old ${size}\n\n${note}${line}`)).toBe(200)
  expect(await statusOf(`old ${size}\n\n${note.replace(/[A-Za-z0-9+/]{43}=/, sha256('x').toString('base64'))}`)).toBe(
    403,
  )
  const told = await fetch(`${address}/${hashOf(audited.log.accessLog.origin)}/checkpoint`)
  expect(told.status).toBe(200)
  expect(await told.text()).toContain(note)
  expect((await fetch(`${address}/${hashOf('other.example/log')}/checkpoint`)).status).toBe(404)
  const deleted = await fetch(`${address}/${hashOf(audited.log.accessLog.origin)}/checkpoint`, { method: 'DELETE' })
  expect(deleted.status).toBe(405)
})

test.each([
  ['tile/0/000', [200]],
  ['tile/0/001.p/44', [200]],
  ['tile/0/001.p/256', [400, 404]],
  ['tile/0/001.p/0', [400, 404]],
  ['tile/0/x000/000', [400, 404]],
  ['tile/0/999', [404]],
  ['tile/entries/001.p/1', [200]],
  ['tile/8/000.p/1', [404]],
  ['consistency?from=5&to=3', [400, 422]],
  [`proof?index=${size}&size=${size}`, [404, 422]],
])('the log answers %s with one of %j', async (path, right) => {
  const { status } = await audited.server.call('GET', `/v1/access-log/${path}`, 'auditor')
  expect(right).toContain(status)
})
