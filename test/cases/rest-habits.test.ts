/** Reads and pulls as people and programs write them, from public bug reports: the rest of g01. Each refusal names the way out. */
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import iconv from 'iconv-lite'
import { alice } from '../support/city-department.ts'
import { openPullCity, type PullCity, purpose } from '../support/pull-city.ts'

type Read = { what: string; path: string; finds?: boolean; status?: number; says?: string; scheme?: string }
type Pull = {
  what: string
  status: number
  says?: string
  id?: string
  /** An id as digits without quotes. */
  number?: string
  subjectType?: string
  more?: object
  raw?: string
  encoding?: string
  type?: string
  gzip?: boolean
  mark?: boolean
}
const file = new URL('g01-rest-habits/case.json', import.meta.url)
const { reads, pulls }: { reads: Read[]; pulls: Pull[] } = JSON.parse(await readFile(file, 'utf8'))

let city: PullCity
let dataset: string
beforeAll(async () => {
  city = await openPullCity()
  const source = await city.addSource()
  dataset = source.id
  await city.agree(dataset)
})
afterAll(() => city?.close())

async function send(path: string, as: string, { scheme = 'Bearer', ...more }: RequestInit & { scheme?: string } = {}) {
  const authorization = `${scheme} ${await city.hub.tokenOf(as)}`
  const headers = { ...(more.headers as Record<string, string>), authorization }
  const answer = await fetch(city.hub.exchange.address + path, { ...more, headers })
  const body = (await answer.json()) as { detail?: string; detailZh?: string; items: unknown[] }
  return { status: answer.status, body }
}

test.each(reads)('g01: $what', async ({ path, finds, status = 200, says, scheme = 'Bearer' }) => {
  const answer = await send(path, 'auditor', { scheme })
  expect([answer.status, answer.body.detail]).toEqual([
    status,
    says ? expect.stringContaining(says) : answer.body.detail,
  ])
  if (finds !== undefined) expect(answer.body.items.length > 0).toBe(finds)
  if (says) expect(answer.body.detailZh).toMatch(/\p{Script=Han}/u)
})

function bodyOf({ id = alice, number, subjectType: type = 'person', more, raw, encoding = 'utf-8', ...how }: Pull) {
  if (raw) return Buffer.from(raw)
  const subject = { type, id: number ? 0 : id }
  const asked = { dataset, subject, purpose, case: '2026-沪-000001', official: 'u-1', ...more }
  const text = JSON.stringify(asked).replace('"id":0', `"id":${number}`)
  const bytes = iconv.encode(how.mark ? `\uFEFF${text}` : text, encoding)
  return how.gzip ? gzipSync(bytes) : bytes
}

test.each(pulls)('g01: a pull with $what', async pull => {
  const { status, says, type = 'application/json', gzip } = pull
  const headers = { 'content-type': type, ...(gzip && { 'content-encoding': 'gzip' }) }
  const answer = await send('/v1/pulls', city.desk, { method: 'POST', headers, body: new Uint8Array(bodyOf(pull)) })
  expect([answer.status, answer.body.detail]).toEqual([
    status,
    says ? expect.stringContaining(says) : answer.body.detail,
  ])
  if (says) expect(answer.body.detailZh).toMatch(/\p{Script=Han}/u)
})
