import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'

let folder: string
let hub: TestHub

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-root-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>console</title>')
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false', DATARUN_CONSOLE_FOLDER: folder } })
})
afterAll(async () => {
  await hub?.close()
  await rm(folder, { recursive: true })
})

const root = (accept: string) => fetch(`${hub.exchange.address}/`, { headers: { accept }, redirect: 'manual' })

test('the root leads browsers to the console', async () => {
  const answer = await root('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8')
  expect([answer.status, answer.headers.get('location'), answer.headers.get('vary')]).toEqual([
    302,
    '/console/',
    'accept',
  ])
})

test.each(['application/vnd.schemaregistry.v1+json, application/json; q=0.5', '*/*', 'application/json'])(
  'the root answers {} to a client that takes %s, without a token',
  async accept => {
    const answer = await root(accept)
    expect([answer.status, await answer.json(), answer.headers.get('vary')]).toEqual([200, {}, 'accept'])
  },
)
