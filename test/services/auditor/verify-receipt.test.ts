import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readKey, readProof } from '../../../services/auditor/note.ts'
import { verifyExport } from '../../../services/auditor/verify-export.ts'
import { verifyReceipt } from '../../../services/auditor/verify-receipt.ts'
import type { Json } from '../../../services/contract/canonical-json.ts'
import { generateNoteKey } from '../../../services/exchange/log/tree/note.ts'
import { type AuditedLog, openAuditedLog } from '../../support/audited-log.ts'
import { pullDraft } from '../../support/log-drafts.ts'
import { parsedEntries } from '../../support/packed-log.ts'

let audited: AuditedLog
let receipt: string
let entry: { [key: string]: Json }

beforeAll(async () => {
  audited = await openAuditedLog()
  await audited.append(1, 300)
  const { appended } = await audited.log.accessLog.commitWith(async (_, record) => record(pullDraft(301)))
  receipt = appended[0]!.receipt()
  entry = (await parsedEntries<typeof entry>(audited.database.pool))[301]!
})
afterAll(() => audited.close())

test('a receipt given with an answer is verified from the public key alone', () => {
  expect(verifyReceipt(receipt, audited.trust)).toMatchObject({
    index: 301,
    entrySeen: false,
    checkpoint: { size: 302 },
  })
})

test('with the entry, in whatever spelling of its JSON, the receipt proves that very entry', () => {
  const shuffled = Object.fromEntries(Object.entries(entry).reverse())
  expect(verifyReceipt(receipt, audited.trust, shuffled)).toMatchObject({ index: 301, entrySeen: true })
  expect(verifyReceipt(receipt, audited.trust, { ...entry, official: 'u-0000' })).toMatch(/not the one/)
})

test('one altered byte anywhere in a receipt makes it fail', () => {
  const outcomes = Array.from({ length: receipt.length }, (_, at) => {
    const altered = receipt.slice(0, at) + (receipt[at] === 'A' ? 'B' : 'A') + receipt.slice(at + 1)
    return verifyReceipt(altered, audited.trust, entry)
  })
  // The last digit of a base64 hash has bits that are not used: such a change alters no byte.
  const passed = outcomes.filter(outcome => typeof outcome !== 'string').length
  const spare = (receipt.match(/=\n/g) ?? []).length
  expect(passed).toBeLessThanOrEqual(spare)
})

test('a receipt under an unknown key, or without the cosignatures that are demanded, is not trusted', () => {
  const stranger = { keys: [readKey(generateNoteKey(audited.log.accessLog.origin).verifierKey)!], witnesses: 0 }
  expect(verifyReceipt(receipt, stranger)).toMatch(/no known key/)
  expect(verifyReceipt(receipt, { ...audited.trust, witnesses: 1 })).toMatch(/0 of 1 witnesses/)
})

test('what is no proof is refused in a sentence', () => {
  for (const text of ['', 'c2sp.org/tlog-proof@v1\n', receipt.replace('index 301', 'index 0301'), receipt.slice(5)]) {
    expect(verifyReceipt(text, audited.trust)).toMatch(/no c2sp.org\/tlog-proof@v1/)
  }
  expect(readProof(receipt)?.path.length).toBeGreaterThan(3)
})

async function* lines(text: string) {
  yield* text.trimEnd().split('\n')
}
const exported = async (body = {}) =>
  (await audited.server.call('POST', '/v1/access-log/exports', 'auditor', body)).text

test('an export is verified line by line, to its end', async () => {
  const text = await exported({ kind: 'pull' })
  expect(await verifyExport(lines(text), audited.trust)).toMatchObject({ entries: 302 })
})

test('an export that was altered, shortened, broken off or added to fails at the line', async () => {
  const text = (await exported({ kind: 'pull' })).trimEnd().split('\n').slice(-4)
  const end = '{"exported":3}'
  const good = [...text.slice(0, 3), end]
  const check = (all: string[]) => verifyExport(lines(all.join('\n')), audited.trust)
  expect(await check(good)).toMatchObject({ entries: 3 })
  expect(await check(good.with(1, good[1]!.replace('u-3381', 'u-0000')))).toMatchObject({ line: 2, index: 1 })
  expect(await check(good.toSpliced(1, 1))).toMatchObject({ line: 3, problem: 'the export had 3 entries, here are 2' })
  expect(await check(good.slice(0, 3))).toMatchObject({
    line: 4,
    problem: 'the export broke off: its last line is missing',
  })
  expect(await check([...good, good[0]!])).toMatchObject({ line: 5 })
  expect(await check(good.with(0, '{'))).toMatchObject({ line: 1, problem: 'this is no JSON' })
  expect(await check(good.with(0, '{"entry":1}'))).toMatchObject({ line: 1 })
})
