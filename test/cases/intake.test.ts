/** Case b04, made from public bug reports: a date of the year 0, as some databases write for none, through an adapter's intake. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createFolder, openAdapter, permitConfig, type TestAdapter, type TestFolder } from '../support/adapter.ts'
import { alice, registerDepartment } from '../support/city-department.ts'
import { send, startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

const department = uniqueDepartment('cases')
const token = 'a-token-of-more-than-32-characters-for-tests'
let hub: TestHub
let folder: TestFolder
let adapter: TestAdapter
let address: string
beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  folder = await createFolder(hub, department)
  const { csv: _csv, mapping: _mapping, event: _event, ...bare } = permitConfig(department)
  adapter = await openAdapter({ ...bare, intake: {} }, { ...folder.settings, DATARUN_INTAKE_TOKEN: token })
  address = (await adapter.listen()) as string
})
afterAll(async () => {
  await adapter?.close()
  await folder?.remove()
  await hub?.close()
})

const post = (record: unknown) =>
  send(`${address}/records`, 'POST', token, record, { 'content-type': 'application/json' })

test.each(['the case’s own date', '0000-00-00', '2026-02-30'])('b04: %s is refused at its place', async date => {
  const text = await readFile(join(import.meta.dirname, 'b04-year-zero', 'body.json'), 'utf8')
  const { issuedOn } = JSON.parse(text) as { issuedOn: string }
  const validFrom = date.startsWith('the') ? issuedOn : date
  const { status, body } = await post({ number: 'P-1', holder: { id: alice }, validFrom })
  expect(status).toBe(422)
  expect(body.verdicts).toEqual([
    expect.objectContaining({
      code: 'RECORD_INVALID',
      violations: [expect.objectContaining({ pointer: '/validFrom', keyword: 'format' })],
    }),
  ])
})
