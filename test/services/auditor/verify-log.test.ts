import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { HeldError, openKeeping, readHeldCheckpoints } from '../../../services/auditor/held.ts'
import { addressSource, directorySource, SourceError, savingSource } from '../../../services/auditor/source.ts'
import { openWatch } from '../../../services/auditor/watch.ts'
import { createSigner, generateNoteKey, signNote } from '../../../services/exchange/log/tree/note.ts'
import { type AuditedLog, openAuditedLog } from '../../support/audited-log.ts'

let audited: AuditedLog
beforeAll(async () => {
  audited = await openAuditedLog()
})
afterAll(() => audited.close())

const problemOf = (found: object) => ('problem' in found ? found : { problem: 'none' })

test('an empty log is verified', async () => {
  expect(await audited.verify()).toMatchObject({ checkpoint: { size: 0 }, entriesRead: 0 })
})

test('a whole log is recomputed from its entries, with every checkpoint that was published', async () => {
  await audited.append(1, 5, 250, 1, 300, 43)
  const verified = await audited.verify()
  expect(verified).toMatchObject({ checkpoint: { origin: 'hub.test/access-log', size: 600 }, entriesRead: 600 })
})

test('the copy that a verification leaves is verified again from files and keys alone', async () => {
  const copy = join(audited.folder, 'copy')
  const { address } = audited.server
  const held = audited.held()
  const online = await audited.verify({
    held,
    source: savingSource(
      addressSource(address, () => 'auditor'),
      copy,
    ),
  })
  const offline = await audited.verify({ held, source: directorySource(copy) })
  expect(offline).toEqual(online)
  const bundle = join(copy, 'tile/entries/001')
  const bytes = readFileSync(bundle)
  bytes[bytes.length - 10]! ^= 1
  writeFileSync(bundle, bytes)
  expect(await audited.verify({ held, source: directorySource(copy) })).toMatchObject({
    problem: 'entry-changed',
    index: 511,
  })
  rmSync(bundle)
  expect(await audited.verify({ held, source: directorySource(copy) })).toMatchObject({
    problem: 'entries-missing',
    index: 256,
  })
})

test('without a token the hashes are verified, and the entries are not read', async () => {
  const source = addressSource(audited.server.address)
  expect(await audited.verify({ source, readEntries: false })).toMatchObject({ entriesRead: 0 })
  await expect(audited.verify({ source })).rejects.toThrow(SourceError)
})

test('a hub that cannot be reached proves nothing either way', async () => {
  await expect(audited.verify({ source: addressSource('http://127.0.0.1:1/v1/access-log') })).rejects.toThrow(
    'cannot be fetched',
  )
})

test('a checkpoint signed by an unknown key is not trusted', async () => {
  const { signingKey } = generateNoteKey('hub.test/access-log')
  const source = {
    ...addressSource(audited.server.address, () => 'auditor'),
    checkpoint: async () =>
      signNote(`hub.test/access-log\n0\n${Buffer.alloc(32).toString('base64')}\n`, [createSigner(signingKey)]),
  }
  expect(await audited.verify({ source })).toMatchObject({ problem: 'checkpoint-untrusted' })
})

test('held checkpoints that are not signed are refused, for nothing follows from them', () => {
  const forged = audited.log.checkpoints()[0]!.replace('\n1\n', '\n2\n')
  expect(() => readHeldCheckpoints(forged, audited.trust)).toThrow(HeldError)
})

test('two trees of one size are found wherever the second one shows', async () => {
  const fork = signNote(`hub.test/access-log\n6\n${Buffer.alloc(32, 7).toString('base64')}\n`, [
    audited.log.options.signer,
  ])
  const held = readHeldCheckpoints([...audited.log.checkpoints(), fork].join('\n'), audited.trust)
  expect(await audited.verify({ held })).toMatchObject({ problem: 'history-rewritten' })
})

test('a watch follows the log, goes on after a restart, and reads what is new only', async () => {
  const keeping = openKeeping(join(audited.folder, 'kept'))
  const source = addressSource(audited.server.address)
  const watch = await openWatch(source, audited.trust, keeping)
  const first = await watch.round()
  await audited.append(3, 200)
  const second = await watch.round()
  const asked: number[] = []
  const counting = {
    ...source,
    tile: (level: number, index: number, width: number) => {
      asked.push(index)
      return source.tile(level, index, width)
    },
  }
  const again = await openWatch(counting, audited.trust, keeping)
  await audited.append(1)
  const third = await again.round()
  expect([first, second, third].map(problemOf)).toEqual(Array(3).fill({ problem: 'none' }))
  expect(third).toMatchObject({ size: (second as { size: number }).size + 1 })
  expect(asked).toEqual([Math.floor((third as { size: number }).size / 256)])
  const leaves = await keeping.leaves()
  expect(leaves.length).toBe((third as { size: number }).size * 32)
})

test('a watch whose own keeping was tampered with says so', async () => {
  const keeping = openKeeping(join(audited.folder, 'kept'))
  writeFileSync(join(audited.folder, 'kept/leaves'), '')
  await expect(openWatch(addressSource(audited.server.address), audited.trust, keeping)).rejects.toThrow(HeldError)
})
