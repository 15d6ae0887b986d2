import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { packLog } from '../../../../services/exchange/log/append/pack-log.ts'
import { readCheckpointText } from '../../../../services/exchange/log/tree/checkpoint.ts'
import { createVerifier, openNote } from '../../../../services/exchange/log/tree/note.ts'
import { createTestAccessLog, type TestAccessLog } from '../../../support/access-log.ts'
import { createDatabase, type TestDatabase } from '../../../support/database.ts'
import { pullDraft } from '../../../support/log-drafts.ts'
import { type LogServer, openLogServer } from '../../../support/log-server.ts'
import { naiveLeaf, naiveTree } from '../../../support/naive-tree.ts'
import { parsedEntries, entriesOf as storedEntries } from '../../../support/packed-log.ts'

// three-levels.test.ts has a larger one; 600 shows full and partial tiles of levels 0 and 1 and is quick.
const size = 600
let database: TestDatabase
let log: TestAccessLog
let server: LogServer
let leaves: Buffer[]
let tree: ReturnType<typeof naiveTree>

beforeAll(async () => {
  database = await createDatabase()
  log = createTestAccessLog(database.pool)
  server = await openLogServer(database.pool, log.accessLog)
})
afterAll(async () => {
  await server.app.close()
  log.close()
  await database.drop()
})

async function fill() {
  for (let n = 0; n < size; n += 50) {
    await log.accessLog.commitWith(async (_, record) => {
      for (let i = n; i < n + 50; i += 1) record(pullDraft(i))
    })
  }
  leaves = (await storedEntries(database.pool)).map(naiveLeaf)
  tree = naiveTree(leaves)
}

const base64 = (hashes: readonly Buffer[]) => hashes.map(hash => hash.toString('base64'))
const get = (path: string, as?: string) => server.call('GET', `/v1/access-log${path}`, as)

test('an empty log has a checkpoint and no tiles', async () => {
  const { status, text, headers } = await get('/checkpoint')
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(readCheckpointText(openNote(text, [createVerifier(log.verifierKey)])!)).toMatchObject({ size: 0 })
  expect((await get('/tile/0/000.p/1')).status).toBe(404)
  expect((await get('/proof?index=0')).json().code).toBe('LOG_POSITION_UNKNOWN')
  await fill()
})

test('tiles hold the hashes that the specification says, full ones and those of every signed size', async () => {
  expect((await get('/tile/0/000')).bytes).toEqual(Buffer.concat(leaves.slice(0, 256)))
  expect((await get('/tile/0/002.p/88')).bytes).toEqual(Buffer.concat(leaves.slice(512, 600)))
  expect((await get('/tile/0/001.p/44')).bytes).toEqual(Buffer.concat(leaves.slice(256, 300)))
  expect((await get('/tile/1/000.p/2')).bytes).toEqual(Buffer.concat([tree.root(256), tree.root(512, 256)]))
})

test('tiles may be cached for ever, the checkpoint not at all', async () => {
  expect((await get('/tile/0/000')).headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect((await get('/checkpoint')).headers['cache-control']).toBe('no-cache')
})

test.each([
  '/tile/0/002',
  '/tile/0/002.p/89',
  '/tile/1/000',
  '/tile/8/0/000',
  '/tile/0/x000/000',
  '/tile/64/000',
  '/tile/0/3',
  '/tile/',
])('%s is not found', async path => {
  const answer = await get(path)
  expect([answer.status, answer.json().code]).toEqual([404, 'NOT_FOUND'])
})

test('entry bundles are for auditors, hash to the leaves, and reading one is logged', async () => {
  expect((await get('/tile/entries/000')).status).toBe(401)
  expect((await get('/tile/entries/000', 'system')).status).toBe(403)
  const { bytes, headers } = await get('/tile/entries/002.p/20', 'auditor')
  expect(headers['cache-control']).toBe('private, max-age=31536000, immutable')
  expect(entriesOf(bytes).map(naiveLeaf)).toEqual(leaves.slice(512, 532))
  expect((await parsedEntries(database.pool)).at(-1)).toMatchObject({
    kind: 'log-search',
    caller: 'auditor-1',
    content: { what: 'bundle', first: 512, count: 20 },
  })
})

test('entry bundles travel compressed to who can read them so', async () => {
  const headers = { authorization: 'Bearer auditor', 'accept-encoding': 'gzip, identity' }
  const answer = await server.app.inject({ url: '/v1/access-log/tile/entries/000', headers })
  expect(answer.headers['content-encoding']).toBe('gzip')
  expect(entriesOf(gunzipSync(answer.rawPayload)).map(naiveLeaf)).toEqual(leaves.slice(0, 256))
})

function entriesOf(bundle: Buffer): string[] {
  const entries: string[] = []
  for (let at = 0; at < bundle.length; ) {
    const length = bundle.readUInt16BE(at)
    entries.push(bundle.subarray(at + 2, at + 2 + length).toString())
    at += 2 + length
  }
  return entries
}

test('any entry is proved in the tree of any size', async () => {
  for (const [index, at] of [
    [0, 1],
    [0, 600],
    [255, 256],
    [256, 300],
    [511, 600],
    [599, 600],
    [17, 513],
  ] as const) {
    const proof = (await get(`/proof?index=${index}&size=${at}`)).json()
    expect(proof).toMatchObject({ index, size: at, hashes: base64(tree.path(index, at)) })
  }
})

test('without a size a proof is a whole receipt for the published checkpoint', async () => {
  const { receipt, size: newest } = (await get('/proof?index=300')).json()
  const checkpoint = (await get('/checkpoint')).text
  const leaf = leaves[300]!.toString('base64')
  expect(receipt.startsWith(`c2sp.org/tlog-proof@v1\nextra ${leaf}\nindex 300\n`)).toBe(true)
  expect(receipt.endsWith(`\n\n${checkpoint}`)).toBe(true)
  expect(newest).toBeGreaterThanOrEqual(size)
})

test('any size is proved to begin with any smaller one', async () => {
  for (const [from, to] of [
    [0, 600],
    [1, 600],
    [256, 512],
    [300, 600],
    [599, 600],
    [600, 600],
  ] as const) {
    const { hashes } = (await get(`/consistency?from=${from}&to=${to}`)).json()
    expect(hashes).toEqual(base64(tree.consistency(from, to)))
  }
})

test.each([
  '/proof?index=100000',
  '/proof?index=5&size=100000',
  '/proof?index=5&size=5',
  '/consistency?from=9&to=8',
  '/consistency?from=1&to=100000',
])('%s is beyond the log, and the answer says how far it reaches', async path => {
  const answer = await get(path)
  expect([answer.status, answer.json().code]).toEqual([422, 'LOG_POSITION_UNKNOWN'])
  expect(answer.json().detail).toMatch(/size \d+/)
})

test.each(['/proof', '/proof?index=-1', '/proof?index=1.5', '/proof?index=x', '/consistency'])(
  '%s is a bad request',
  async path => {
    expect((await get(path)).json().code).toBe('BODY_INVALID')
  },
)

test('leaf hashes brought together as tiles serve the same tiles and the same proofs', async () => {
  const paths = ['/tile/0/000', '/tile/0/001.p/44', '/tile/0/002.p/88', '/tile/1/000.p/2', '/proof?index=7&size=600']
  const read = () => Promise.all(paths.map(async path => (await get(path)).text))
  const before = await read()
  await packLog(database.pool)
  await packLog(database.pool)
  const { rows } = await database.pool.query('select index from access_log_tile order by index')
  expect(rows.map(({ index }) => index)).toEqual([0, 1])
  await database.pool.query(
    "update access_log_batch set leaves = decode(repeat('00', 32 * size), 'hex') where first < 512",
  )
  expect(await read()).toEqual(before)
})

test('the log names its keys and the index below which entries are gone', async () => {
  expect((await get('')).json()).toEqual({
    origin: 'hub.test/access-log',
    keys: [{ verifierKey: log.verifierKey, state: 'signing' }],
    minimumIndex: 0,
  })
})
