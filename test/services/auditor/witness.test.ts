import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { openCheckpoint, readKey } from '../../../services/auditor/note.ts'
import { sha256 } from '../../../services/auditor/tree.ts'
import { createWitness, type Witness } from '../../../services/auditor/witness.ts'
import { generateWitnessKey, readWitnessKey } from '../../../services/auditor/witness-key.ts'
import { checkpointText } from '../../../services/exchange/log/tree/checkpoint.ts'
import { createWitnessKey } from '../../../services/exchange/log/tree/cosignature.ts'
import { createSigner, generateNoteKey, signNote } from '../../../services/exchange/log/tree/note.ts'
import { naiveLeaf, naiveTree } from '../../support/naive-tree.ts'

const origin = 'hub.test/access-log'
const log = generateNoteKey(origin)
const own = generateWitnessKey('witness.test/w1')
const tree = naiveTree(Array.from({ length: 40 }, (_, i) => naiveLeaf(`entry ${i}`)))
const forked = naiveTree(Array.from({ length: 40 }, (_, i) => naiveLeaf(i === 3 ? 'another' : `entry ${i}`)))

let directory: string
let witness: Witness
const open = () =>
  createWitness({
    signer: readWitnessKey(own.signingKey)!,
    logs: [readKey(log.verifierKey)!],
    directory,
    now: () => new Date('2026-03-01T00:00:00Z'),
  })
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'datarun-witness-'))
  witness = open()
})
afterEach(() => rmSync(directory, { recursive: true }))

const checkpoint = (size: number, of = tree, key = log.signingKey) =>
  signNote(checkpointText({ origin, size, root: of.root(size) }), [createSigner(key)])

function request(old: number, size: number, of = tree, key?: string) {
  const proof = of.consistency(old, size).map(hash => `${hash.toString('base64')}\n`)
  return `old ${old}\n${proof.join('')}\n${checkpoint(size, of, key)}`
}

test('a log that only grows is cosigned, and the cosignature verifies on the hub’s side and on the auditor’s', async () => {
  for (const [old, size] of [
    [0, 5],
    [5, 5],
    [5, 8],
    [8, 40],
  ] as const) {
    const { status, body } = await witness.addCheckpoint(request(old, size))
    expect(status).toBe(200)
    const text = checkpointText({ origin, size, root: tree.root(size) })
    expect(createWitnessKey(own.verifierKey).verifies(text, body.trimEnd())).toBe(true)
    const trust = { keys: [readKey(log.verifierKey)!, readKey(own.verifierKey)!], witnesses: 1 }
    expect(openCheckpoint(checkpoint(size) + body, trust)).toMatchObject({ size })
    expect(openCheckpoint(checkpoint(size), trust)).toBe('0 of 1 witnesses have cosigned it')
  }
})

test('a forked log is not cosigned: neither grown from another history, nor another tree of the same size', async () => {
  await witness.addCheckpoint(request(0, 8))
  expect(await witness.addCheckpoint(request(8, 20, forked))).toMatchObject({ status: 422 })
  // 422 since C2SP#280: 409 is for who only has to ask again from another size.
  expect(await witness.addCheckpoint(request(8, 8, forked))).toMatchObject({ status: 422 })
  expect(await witness.addCheckpoint(request(8, 20))).toMatchObject({ status: 200 })
})

test('an empty tree has the hash of nothing as its root, and from it nothing has to be proved', async () => {
  const empty = (root: Buffer) => signNote(checkpointText({ origin, size: 0, root }), [createSigner(log.signingKey)])
  expect(await witness.addCheckpoint(`old 0\n\n${empty(Buffer.alloc(32, 7))}`)).toMatchObject({ status: 422 })
  const proved = `old 0\n${'A'.repeat(43)}=\n\n`
  expect(await witness.addCheckpoint(proved + empty(sha256('')))).toMatchObject({ status: 422 })
  expect(await witness.addCheckpoint(proved + checkpoint(5))).toMatchObject({ status: 422 })
  expect(await witness.addCheckpoint(`old 0\n\n${empty(sha256(''))}`)).toMatchObject({ status: 200 })
  expect(await witness.addCheckpoint(`old 0\n\n${empty(Buffer.alloc(32, 7))}`)).toMatchObject({ status: 422 })
  expect(await witness.addCheckpoint(request(0, 5))).toMatchObject({ status: 200 })
  expect(await witness.addCheckpoint(`old 0\n\n${empty(sha256(''))}`)).toMatchObject({ status: 409, body: '5\n' })
})

test('whoever asks is told the checkpoint cosigned last, with the cosignature, also across restarts', async () => {
  const hash = sha256(origin).toString('hex')
  expect(await witness.lastCheckpoint(hash)).toMatchObject({ status: 404 })
  expect(await witness.lastCheckpoint(sha256('other').toString('hex'))).toMatchObject({ status: 404 })
  await witness.addCheckpoint(request(0, 8))
  const { body: cosignature } = await witness.addCheckpoint(request(8, 20))
  expect(await witness.addCheckpoint(request(20, 30, forked))).toMatchObject({ status: 422 })
  const told = await open().lastCheckpoint(hash)
  expect(told).toEqual({ status: 200, type: 'text/plain; charset=utf-8', body: checkpoint(20) + cosignature })
  const trust = { keys: [readKey(log.verifierKey)!, readKey(own.verifierKey)!], witnesses: 1 }
  expect(openCheckpoint(told.body, trust)).toMatchObject({ size: 20 })
  writeFileSync(join(directory, encodeURIComponent(origin)), checkpoint(20))
  expect(openCheckpoint((await open().lastCheckpoint(hash)).body, trust)).toMatchObject({ size: 20 })
})

test('who does not know what the witness saw is told its size', async () => {
  await witness.addCheckpoint(request(0, 8))
  expect(await witness.addCheckpoint(request(0, 20))).toEqual({ status: 409, body: '8\n', type: 'text/x.tlog.size' })
  expect(await witness.addCheckpoint(request(0, 5))).toMatchObject({ status: 409, body: '8\n' })
})

test('an unknown log, a wrong signature, and an old size beyond the new one each have their own answer', async () => {
  const stranger = generateNoteKey(origin)
  expect((await witness.addCheckpoint(request(0, 5, tree, stranger.signingKey))).status).toBe(403)
  const other = request(0, 5).replaceAll(origin, 'other.test/log')
  expect((await witness.addCheckpoint(other)).status).toBe(404)
  expect((await witness.addCheckpoint(`old 9\n\n${checkpoint(5)}`)).status).toBe(400)
})

test.each([
  '',
  'old\n\n',
  'old 05\n\nx',
  'old -1\n\nx\n',
  'old 1\nnot base64\n\nx\n',
  'old 0\n\n',
  `old 0\n${'A'.repeat(43)}=\n`,
])('what is no request is refused: %j', async body => {
  expect((await witness.addCheckpoint(body)).status).toBe(400)
})

test('what was cosigned is remembered across restarts, and never cosigned anew from nothing where the memory is broken', async () => {
  await witness.addCheckpoint(request(0, 8))
  expect(await open().addCheckpoint(request(0, 20))).toMatchObject({ status: 409, body: '8\n' })
  const file = join(directory, encodeURIComponent(origin))
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))
  await expect(open().addCheckpoint(request(0, 20))).rejects.toThrow('not a checkpoint that was cosigned')
})

test('of requests that race only one goes on from the same size', async () => {
  await witness.addCheckpoint(request(0, 8))
  const answers = await Promise.all([20, 21, 22, 23].map(size => witness.addCheckpoint(request(8, size))))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
})

test('logs that are not witnessed leave nothing in memory, however many are named', async () => {
  const kept = jest.spyOn(Map.prototype, 'set')
  for (let n = 0; n < 20; n += 1) {
    const { status } = await witness.addCheckpoint(request(0, 8).replace(origin, `other.test/${n}`))
    expect(status).toBe(404)
  }
  const keys = kept.mock.calls.map(([key]) => String(key))
  kept.mockRestore()
  expect(keys.filter(key => key.startsWith('other.test/'))).toEqual([])
})
