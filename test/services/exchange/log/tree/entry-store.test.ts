import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readEntries, readEntriesAt } from '../../../../../services/exchange/log/tree/entry-store.ts'
import { type AuditedLog, openAuditedLog } from '../../../../support/audited-log.ts'

let audited: AuditedLog
beforeAll(async () => {
  audited = await openAuditedLog()
  await audited.append(3, 300, 1, 20)
})
afterAll(() => audited.close())

const indexes = (found: readonly { index: number; entry: string }[]) => {
  for (const { index, entry } of found) expect(JSON.parse(entry)).toMatchObject({ index })
  return found.map(({ index }) => index)
}
const span = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)

test('a range gives its entries in order, wherever batches and bundles begin and end', async () => {
  for (const [from, to] of [
    [0, 324],
    [2, 4],
    [100, 101],
    [255, 257],
    [256, 256],
    [302, 305],
    [320, 900],
  ] as const) {
    const found = await readEntries(audited.database.pool, from, to)
    expect(indexes(found)).toEqual(span(from, Math.min(to, 324)))
  }
})

test('single entries come in the order in which they are asked for, those that are not there left out', async () => {
  const found = await readEntriesAt(audited.database.pool, [323, 0, 255, 256, 999, 4, 303])
  expect(indexes(found)).toEqual([323, 0, 255, 256, 4, 303])
  expect(await readEntriesAt(audited.database.pool, [])).toEqual([])
})
