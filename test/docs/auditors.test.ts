/** The script of docs/auditors.md, run as it stands there: a shell and OpenSSL check what this repository made. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type AuditedLog, openAuditedLog } from '../support/audited-log.ts'
import { pullDraft } from '../support/log-drafts.ts'
import { entriesOf } from '../support/packed-log.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/auditors.md'), 'utf8')
let audited: AuditedLog
const receipts: { receipt: string; entry: string }[] = []

beforeAll(async () => {
  audited = await openAuditedLog()
  for (const count of [1, 2, 4, 30, 1]) {
    const { appended } = await audited.log.accessLog.commitWith(async (_, record) => {
      for (let i = 0; i < count; i += 1) record(pullDraft(i))
    })
    const { index, receipt } = appended[Math.floor(count / 2)]!
    receipts.push({ receipt: receipt(), entry: (await entriesOf(audited.database.pool))[index]! })
  }
  writeFileSync(join(audited.folder, 'check.sh'), /```sh\n([\s\S]+?)```/.exec(page)![1]!)
})
afterAll(() => audited.close())

function check(receipt: string, entry?: string, key = audited.log.verifierKey) {
  const file = (name: string, content: string) => {
    writeFileSync(join(audited.folder, name), content)
    return name
  }
  const words = ['check.sh', file('receipt', receipt), key, ...(entry ? [file('entry', entry)] : [])]
  const { status, stdout, stderr } = spawnSync('sh', words, { cwd: audited.folder, encoding: 'utf8' })
  return { status, said: stdout.trim(), stderr }
}

test('a shell and OpenSSL verify receipts of trees of many shapes, with their entries and without', () => {
  for (const { receipt, entry } of receipts) {
    const index = /\nindex (\d+)\n/.exec(receipt)![1]
    const verified = {
      status: 0,
      said: expect.stringMatching(`^VERIFIED: entry ${index} stands in hub.test/access-log`),
    }
    expect(check(receipt)).toMatchObject(verified)
    expect(check(receipt, entry)).toMatchObject(verified)
    expect(check(receipt, `${entry}\n`)).toMatchObject(verified)
  }
})

test('they name what is wrong with any other', () => {
  const { receipt, entry } = receipts[3]!
  const wrong = (said: string) => ({ status: 1, said: `WRONG: ${said}` })
  expect(check(receipt, entry.replace('u-3381', 'u-0000'))).toMatchObject(wrong('this is not the entry'))
  expect(check(receipt.replace(/index \d+/, 'index 3'))).toMatchObject(wrong('the path does not lead to the root'))
  expect(check(receipt.replace(/index \d+/, 'index 99'))).toMatchObject(wrong('the index is beyond the tree'))
  const other = audited.log.verifierKey.replace(/(\+A.)(.)/, (_, type, digit) => type + (digit === 'x' ? 'y' : 'x'))
  expect(check(receipt, undefined, other)).toMatchObject(wrong('the checkpoint is not signed by this key'))
})
