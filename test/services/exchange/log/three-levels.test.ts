/** A log past 65,536 entries, the first size with a third level of tiles. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { isFinding } from '../../../../services/auditor/finding.ts'
import { verifyReceipt } from '../../../../services/auditor/verify-receipt.ts'
import { createAccessLog } from '../../../../services/exchange/log/append/create-access-log.ts'
import { cutHashes } from '../../../../services/exchange/log/tree/merkle.ts'
import { type AuditedLog, openAuditedLog } from '../../../support/audited-log.ts'
import { pullDraft } from '../../../support/log-drafts.ts'
import { naiveTree } from '../../../support/naive-tree.ts'

const third = 65_536
const size = third + 256 + 7
let audited: AuditedLog
let tree: ReturnType<typeof naiveTree>

beforeAll(async () => {
  audited = await openAuditedLog()
  const accessLog = createAccessLog(audited.log.options)
  for (let left = size; left > 0; left -= 8_192) {
    await accessLog.commitWith(async (_, record) => {
      for (let i = 0; i < Math.min(left, 8_192); i += 1) record(pullDraft(i))
    })
  }
  const { rows } = await audited.asSuperuser('select leaves from access_log_batch order by first')
  tree = naiveTree(rows.flatMap(({ leaves }) => cutHashes(leaves)))
}, 120_000)
afterAll(() => audited?.close())

const get = (path: string) => audited.server.call('GET', `/v1/access-log${path}`)

test('a signed size has its partial tile at every level, and no path is full before its tile is', async () => {
  const tiles = ['/tile/0/257.p/7', '/tile/1/001.p/1', '/tile/2/000.p/1', '/tile/1/000']
  const answers = await Promise.all(tiles.map(get))
  expect(answers.map(({ status, bytes }) => [status, bytes.length / 32])).toEqual([
    [200, 7],
    [200, 1],
    [200, 1],
    [200, 256],
  ])
  expect(answers[1]!.bytes).toEqual(tree.root(third + 256, third))
  expect(answers[2]!.bytes).toEqual(tree.root(third))
  const early = ['/tile/0/257', '/tile/0/257.p/8', '/tile/1/001', '/tile/1/001.p/2', '/tile/2/000', '/tile/3/000.p/1']
  expect((await Promise.all(early.map(get))).map(({ status }) => status)).toEqual(early.map(() => 404))
})

test('entries on either side of the third level are proved, and consistency reaches across it', async () => {
  for (const index of [0, third - 1, third, size - 1]) {
    const { receipt } = (await get(`/proof?index=${index}`)).json()
    expect(verifyReceipt(receipt, audited.trust)).toMatchObject({ index })
  }
  const { hashes } = (await get(`/consistency?from=${third - 1}&to=${size}`)).json()
  expect(hashes).toEqual(tree.consistency(third - 1, size).map(hash => hash.toString('base64')))
})

test('a client that knows the checkpoint alone recomputes the whole of it from the tiles', async () => {
  const verified = await audited.verify({ readEntries: false })
  if (isFinding(verified)) throw new Error(JSON.stringify(verified))
  expect(verified.checkpoint).toMatchObject({ size })
  expect(verified.checkpoint.root).toEqual(tree.root(size))
})
