import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { verifyReceipt } from '../../../../../services/auditor/verify-receipt.ts'
import { prune } from '../../../../../services/exchange/log/keeping/prune-log.ts'
import { type AuditedLog, openAuditedLog } from '../../../../support/audited-log.ts'
import { zhang } from '../../../../support/log-drafts.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

let audited: AuditedLog
const years = (count: number) => new Date(Date.now() + count * 366 * 86_400_000)
const pruneAt = (now: Date) => prune({ ...audited.server.hub, now: () => now }, 1_096)
const call: AuditedLog['server']['call'] = (...words) => audited.server.call(...words)

beforeAll(async () => {
  audited = await openAuditedLog()
  await audited.append(1, 300, 300)
})
afterAll(() => audited.close())

test('nothing younger than three years goes, and no shorter retention can be asked for', async () => {
  expect(await pruneAt(years(2))).toBe(0)
  await expect(prune(audited.server.hub, 365)).rejects.toThrow('shorter than the law allows')
})

test('a legal hold keeps every entry from its index on', async () => {
  const placed = await call('PUT', '/v1/access-log/holds/case-7', 'auditor', { fromIndex: 300, reason: '案件调查' })
  expect(placed.json()).toMatchObject({ id: 'case-7', fromIndex: 300, placedBy: 'auditor-1', liftedAt: null })
  expect(await pruneAt(years(4))).toBe(256)
  expect((await call('GET', '/v1/access-log')).json().minimumIndex).toBe(256)
  const lifted = await call('DELETE', '/v1/access-log/holds/case-7', 'auditor')
  expect(lifted.json().liftedAt).toMatch(/^\d{4}-/)
  expect(await pruneAt(years(4))).toBe(512)
})

test('what is gone is whole bundles; their entries are found by no search, and their bundles are not served', async () => {
  const found = await call('POST', '/v1/access-log/searches', 'auditor', { kind: 'pull', subject: zhang, limit: 200 })
  expect(found.json().items.every(({ index }: { index: number }) => index >= 512)).toBe(true)
  expect((await call('GET', '/v1/access-log/tile/entries/001', 'auditor')).status).toBe(404)
  expect((await call('GET', '/v1/access-log/tile/entries/002.p/40', 'auditor')).status).toBe(200)
  const { rows } = await audited.asSuperuser('select count(*)::int as count from access_log_batch where first < 512')
  expect(rows).toEqual([{ count: 0 }])
})

test('hash tiles stay, receipts stay valid, and all else is verified as before', async () => {
  expect((await call('GET', '/v1/access-log/tile/0/001')).bytes).toHaveLength(8192)
  expect((await call('GET', '/v1/access-log/tile/0/001.p/9')).bytes).toHaveLength(288)
  const { receipt } = (await call('GET', '/v1/access-log/proof?index=7')).json()
  expect(verifyReceipt(receipt, audited.trust)).toMatchObject({ index: 7 })
  const verified = await audited.verify({ minimumIndex: 512 })
  expect(verified).toMatchObject({ entriesRead: expect.any(Number), checkpoint: expect.anything() })
})

test('each step is an entry: who held what and why, and up to where entries went', async () => {
  const entries = await parsedEntries(audited.database.pool, 'retention')
  expect(entries.map(({ caller, content }) => [caller, content])).toEqual([
    ['auditor-1', { step: 'hold', hold: 'case-7', fromIndex: 300, reason: '案件调查' }],
    ['hub', { step: 'prune', minimumIndex: 256, before: expect.any(String) }],
    ['auditor-1', { step: 'lift', hold: 'case-7', fromIndex: 300 }],
    ['hub', { step: 'prune', minimumIndex: 512, before: expect.any(String) }],
  ])
})

test('holds are for auditors; one on what is gone is refused, one that is not there is not found', async () => {
  const body = { fromIndex: 0, reason: 'too late' }
  expect((await call('PUT', '/v1/access-log/holds/x', 'operator', body)).status).toBe(403)
  expect((await call('PUT', '/v1/access-log/holds/x', 'auditor', body)).json()).toMatchObject({
    code: 'LOG_POSITION_UNKNOWN',
    pointer: '/fromIndex',
  })
  expect((await call('DELETE', '/v1/access-log/holds/x', 'auditor')).status).toBe(404)
  expect((await call('GET', '/v1/access-log/holds', 'auditor')).json().items).toHaveLength(1)
})
