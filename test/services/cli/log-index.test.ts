import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLog } from '../../../services/contract/log.ts'
import { type Indexing, openIndexing } from '../../../services/exchange/log/index/start-indexing.ts'
import { stepSize } from '../../../services/exchange/log/index/step.ts'
import { typeCommand } from '../../support/cli.ts'
import { type IndexedLog, openIndexedLog } from '../../support/indexed-log.ts'

let log: IndexedLog
let indexing: Indexing

beforeAll(async () => {
  log = await openIndexedLog(stepSize + 10)
  indexing = openIndexing(createLog('test', 'silent'), log.database.url)
})
afterAll(async () => {
  await indexing.stop()
  await log.close()
})

async function type(command: string, as: string) {
  const file = join(log.folder, `token-${as}`)
  await writeFile(file, as)
  const hub = log.server.address.replace('/v1/access-log', '')
  const { code, out, err } = await typeCommand(['log', command, '--hub', hub, '--token-file', file, '--json'])
  return { code, err, json: out && JSON.parse(out) }
}

test('an altered index ends check-index with 1 and its entry; after reindex it fits, and both give JSON alone', async () => {
  const whole = { position: stepSize, size: expect.any(Number) }
  const made = await type('reindex', 'operator')
  expect(made).toMatchObject({ code: 0, json: whole })
  expect(made.err).toContain('entries: ')
  expect(await type('check-index', 'auditor')).toMatchObject({ code: 0, json: whole })
  await log.asSuperuser("insert into access_log_term values (12345, 0, '\\x0007')")
  expect(await type('check-index', 'operator')).toMatchObject({ code: 1, json: { ...whole, altered: 7 } })
  expect((await type('reindex', 'operator')).code).toBe(0)
  const again = await type('check-index', 'auditor')
  expect(again.code).toBe(0)
  expect(again.json.altered).toBeUndefined()
})

test('auditors may not have it made anew', async () => {
  expect((await type('reindex', 'auditor')).code).not.toBe(0)
})
