import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openCheckpoint, readKey } from '../../../../services/auditor/note.ts'
import { type AccessLogOptions, createAccessLog } from '../../../../services/exchange/log/append/create-access-log.ts'
import { recordKeys } from '../../../../services/exchange/log/record-keys.ts'
import { createSigner, generateNoteKey } from '../../../../services/exchange/log/tree/note.ts'
import { createTestAccessLog, type TestAccessLog, testOrigin } from '../../../support/access-log.ts'
import { createDatabase, type TestDatabase } from '../../../support/database.ts'
import { pullDraft } from '../../../support/log-drafts.ts'
import { parsedEntries } from '../../../support/packed-log.ts'

let database: TestDatabase
let log: TestAccessLog
const next = generateNoteKey(testOrigin)

beforeAll(async () => {
  database = await createDatabase()
  log = createTestAccessLog(database.pool)
})
afterAll(async () => {
  log.close()
  await database.drop()
})

/** A hub started with these keys notes them and answers a pull; resolves with the checkpoint it shows then. */
async function run(keys: Partial<AccessLogOptions>) {
  const hub = createAccessLog({ ...log.options, ...keys })
  await recordKeys(database.pool, hub)
  await hub.commitWith(async (_, record) => record(pullDraft()))
  return hub.checkpoint()
}

const size = (checkpoint: string, ...vkeys: string[]) => {
  const opened = openCheckpoint(checkpoint, { keys: vkeys.map(vkey => readKey(vkey)!), witnesses: 0 })
  return typeof opened === 'string' ? opened : opened.size
}

test('a key is replaced with an overlap, during which either key verifies, and every step is an entry', async () => {
  const old = log.verifierKey
  const alone = await run({})
  expect([size(alone, old), size(alone, next.verifierKey)]).toEqual([2, `no known key of ${testOrigin} signed it`])

  const both = await run({ nextSigner: createSigner(next.signingKey) })
  expect([size(both, old), size(both, next.verifierKey)]).toEqual([4, 4])

  const replaced = await run({ signer: createSigner(next.signingKey), formerKeys: [old] })
  expect([size(replaced, old), size(replaced, next.verifierKey)]).toEqual([
    `no known key of ${testOrigin} signed it`,
    7,
  ])

  await run({ signer: createSigner(next.signingKey), formerKeys: [old] })
  expect((await parsedEntries(database.pool, 'key')).map(({ content }) => content)).toEqual([
    { step: 'signs', verifierKey: old },
    { step: 'signs-along', verifierKey: next.verifierKey },
    { step: 'signs', verifierKey: next.verifierKey },
    { step: 'retired', verifierKey: old },
  ])
})

test('every key that ever signed stays published, with what it is now', () => {
  const keysOf = (keys: Partial<AccessLogOptions>) => createAccessLog({ ...log.options, ...keys }).keys
  expect(keysOf({ nextSigner: createSigner(next.signingKey) })).toEqual([
    { verifierKey: log.verifierKey, state: 'signing' },
    { verifierKey: next.verifierKey, state: 'next' },
  ])
  expect(keysOf({ signer: createSigner(next.signingKey), formerKeys: [log.verifierKey] })).toEqual([
    { verifierKey: next.verifierKey, state: 'signing' },
    { verifierKey: log.verifierKey, state: 'former' },
  ])
})

test('a hub that does not know the key of the last checkpoint does not go on from it', async () => {
  const stranger = generateNoteKey(testOrigin)
  await expect(run({ signer: createSigner(stranger.signingKey) })).rejects.toThrow('not one this hub signed')
})
