/** The papers counted again from the log alone, as an auditor types it, and compared with what the hub told. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { isFailure } from '../../../services/contract/failure.ts'
import type { Caller } from '../../../services/exchange/platform/identity/caller.ts'
import { readLedger } from '../../../services/exchange/views/figures/read-ledger.ts'
import { type AuditedLog, openAuditedLog } from '../../support/audited-log.ts'
import { draftOf, pullTold } from '../../support/ledger-pulls.ts'

let audited: AuditedLog
let day: string
let options: { key: string[]; online: string[] }
const auditor: Caller = { id: 'auditor', kind: 'person', roles: ['auditor'] }
const file = (name: string) => join(audited.folder, name)

beforeAll(async () => {
  audited = await openAuditedLog()
  const outcomes = ['met', 'held', 'no-consent', 'not-shared', 'ask', 'not-needed']
  await audited.append(300)
  await audited.log.accessLog.commitWith(async (_, record) => {
    for (let n = 0; n < 60; n += 1) {
      const told = { a: outcomes[n % 6]!, b: outcomes[n % 4]! }
      record(draftOf(pullTold({ case: `case-${n % 40}`, outcomes: told, milliseconds: n })))
    }
  })
  day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
  const query = { from: daysBefore(day, 1), to: daysBefore(day, -1) }
  const ledger = await readLedger(audited.server.hub, auditor, query)
  if (isFailure(ledger)) throw new Error(ledger.detail)
  writeFileSync(file('ledger.json'), JSON.stringify(ledger))
  writeFileSync(file('token'), 'auditor\n')
  const { text: exported } = await audited.server.call('POST', '/v1/access-log/exports', 'auditor', {})
  writeFileSync(file('export.ndjson'), exported)
  const pulls = await audited.server.call('POST', '/v1/access-log/exports', 'auditor', { matter: 'transfer' })
  writeFileSync(file('part.ndjson'), pulls.text)
  options = {
    key: ['--key', audited.log.verifierKey],
    online: ['--url', audited.server.address, '--token-file', file('token')],
  }
})
afterAll(() => audited?.close())

const daysBefore = (of: string, days: number) => new Date(Date.parse(of) - days * 86_400_000).toISOString().slice(0, 10)

const program = `
import { verifyCommand } from ${JSON.stringify(new URL('../../../services/auditor/command.ts', import.meta.url).href)}
await verifyCommand().parseAsync(process.argv.slice(1), { from: 'user' })`

async function verifyLedger(...words: string[]) {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program, '--', 'ledger', ...words])
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, out, err }
}

test('the log makes the same ledger, read from the hub, from a copy of it, or from an export', async () => {
  const same = { code: 0, out: expect.stringMatching(/^VERIFIED 验证通过: the log makes the same ledger: \d+ proofs/) }
  const ledger = file('ledger.json')
  expect(await verifyLedger(ledger, ...options.key, ...options.online, '--save', file('copy'))).toMatchObject(same)
  expect(await verifyLedger(ledger, ...options.key, '--dir', file('copy'))).toMatchObject(same)
  expect(await verifyLedger(ledger, ...options.key, '--export', file('export.ndjson'))).toMatchObject(same)
  expect(JSON.parse(readFileSync(ledger, 'utf8')).total).toMatchObject({ pulls: 60, met: expect.any(Number) })
})

test('a ledger that was told otherwise is named with what differs, and exit code 1', async () => {
  const told = JSON.parse(readFileSync(file('ledger.json'), 'utf8'))
  told.total.met += 1
  writeFileSync(file('better.json'), JSON.stringify(told))
  expect(await verifyLedger(file('better.json'), ...options.key, '--dir', file('copy'))).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^WRONG 台账不符: total: told .*"met":\d+/),
  })
})

test('an export with gaps is counted, and said to have gaps', async () => {
  const { code, err } = await verifyLedger(file('ledger.json'), ...options.key, '--export', file('part.ndjson'))
  expect([code, err]).toEqual([0, ''])
  const lines = readFileSync(file('part.ndjson'), 'utf8').trim().split('\n')
  const shorter = [...lines.slice(0, 10), ...lines.slice(11, -1), JSON.stringify({ exported: lines.length - 2 })]
  writeFileSync(file('gap.ndjson'), `${shorter.join('\n')}\n`)
  const withGap = await verifyLedger(file('ledger.json'), ...options.key, '--export', file('gap.ndjson'))
  expect(withGap).toMatchObject({ code: 1, err: expect.stringContaining('leaves out 1 entries') })
})

test('without a ledger to compare with the count is printed', async () => {
  const period = ['--from', daysBefore(day, 1), '--to', daysBefore(day, -1)]
  const { code, out } = await verifyLedger(...period, ...options.key, '--dir', file('copy'))
  expect(code).toBe(0)
  const { size: _, ...told } = JSON.parse(readFileSync(file('ledger.json'), 'utf8'))
  expect(JSON.parse(out)).toEqual(told)
})

test('a command used wrongly says how to put it right', async () => {
  writeFileSync(file('nothing.json'), '{}')
  const wrong = await verifyLedger(file('nothing.json'), ...options.key, '--dir', file('copy'))
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('GET /v1/ledger') })
  const days = await verifyLedger('--from', 'yesterday', ...options.key, '--dir', file('copy'))
  expect(days).toMatchObject({ code: 2, err: expect.stringContaining('--from YYYY-MM-DD') })
})
