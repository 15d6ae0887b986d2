/** The command as it is typed: exit codes and what stands on stdout. */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type AuditedLog, openAuditedLog } from '../../support/audited-log.ts'
import { recomputedTree, signedAnew } from '../../support/forger.ts'
import { pullDraft } from '../../support/log-drafts.ts'
import { forgeEntries, forgeTexts } from '../../support/packed-log.ts'

let audited: AuditedLog
let file: (name: string) => string
let key: string[]

beforeAll(async () => {
  audited = await openAuditedLog()
  await audited.append(1, 300, 2)
  const { appended } = await audited.log.accessLog.commitWith(async (_, record) => record(pullDraft(9)))
  file = name => join(audited.folder, name)
  key = ['--key', audited.log.verifierKey]
  writeFileSync(file('receipt'), appended[0]!.receipt())
  writeFileSync(file('token'), 'auditor\n')
  writeFileSync(file('keys'), `# the log of the hub\n${audited.log.verifierKey}\n`)
})
afterAll(() => audited.close())

const program = `
import { verifyCommand } from ${JSON.stringify(new URL('../../../services/auditor/command.ts', import.meta.url).href)}
await verifyCommand().parseAsync(process.argv.slice(1), { from: 'user' })`

async function verify(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program, '--', ...words])
  let out = ''
  let err = ''
  child.stdout.on('data', data => (out += data))
  child.stderr.on('data', data => (err += data))
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  return { code, out, err }
}

test('a receipt is verified with exit code 0, and says what it does not show', async () => {
  const { code, out } = await verify('receipt', file('receipt'), ...key)
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^VERIFIED 验证通过: entry 303 stands in/),
  })
  expect(out).toContain('The entry was not given')
})

test('a receipt is verified with the line break that a shell adds', async () => {
  writeFileSync(file('printed'), `${readFileSync(file('receipt'), 'utf8')}\n`)
  expect(await verify('receipt', file('printed'), ...key)).toMatchObject({ code: 0 })
})

test('a wrong receipt has exit code 1', async () => {
  writeFileSync(file('wrong'), 'c2sp.org/tlog-proof@v1\nindex 0\n\nnothing\n')
  expect(await verify('receipt', file('wrong'), ...key)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^WRONG/),
  })
})

test('a log is verified over HTTP, saved, and verified again offline from the copy', async () => {
  const online = [
    '--url',
    audited.server.address,
    '--token-file',
    file('token'),
    '--save',
    file('copy'),
    '--keep',
    file('kept'),
  ]
  expect(await verify('log', ...key, ...online)).toMatchObject({
    code: 0,
    out: expect.stringContaining('304 entries (304 read)'),
  })
  const offline = await verify('log', '--keys', file('keys'), '--dir', file('copy'), '--keep', file('kept'))
  expect(offline).toMatchObject({ code: 0, out: expect.stringContaining('It extends all 1 checkpoints held') })
})

test('a watch looks once and keeps what it saw', async () => {
  const words = ['watch', ...key, '--url', audited.server.address, '--keep', file('watched'), '--once']
  expect(await verify(...words)).toMatchObject({ code: 0, out: expect.stringContaining('consistent') })
})

test('an export is verified with exit code 0; one with a line taken out fails with 1 and says where', async () => {
  const { text } = await audited.server.call('POST', '/v1/access-log/exports', 'auditor', { kind: 'pull' })
  writeFileSync(file('export'), text)
  writeFileSync(file('shortened'), text.split('\n').toSpliced(3, 1).join('\n'))
  expect(await verify('export', file('export'), ...key)).toMatchObject({
    code: 0,
    out: expect.stringContaining('304 entries'),
  })
  expect(await verify('export', file('shortened'), ...key)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^WRONG .* line 304: the export had 304 entries, here are 303/),
  })
})

test('a log that was tampered with has exit code 1 and the first wrong index on stdout', async () => {
  await forgeEntries(audited.asSuperuser, entries =>
    entries.map(one => (one.index === 77 ? { ...one, leaf: Buffer.alloc(32) } : one)),
  )
  const { code, out } = await verify(
    'log',
    ...key,
    '--url',
    audited.server.address,
    '--tiles-only',
    '--keep',
    file('kept'),
  )
  expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining('entry-changed, entry 77:') })
})

test('a log that cannot be reached has exit code 3', async () => {
  const { code, err } = await verify('log', ...key, '--url', 'http://127.0.0.1:1', '--tiles-only')
  expect({ code, err }).toMatchObject({ code: 3, err: expect.stringContaining('cannot be fetched') })
})

test.each([
  [['receipt', 'no-such-file'], 'name the key of the log to trust'],
  [['receipt', 'no-such-file', '--key', 'x'], '"x" is no verifier key'],
  [['log', '--tiles-only'], 'name the key of the log to trust'],
])('%j is a mistake in the command: exit code 2 and the way out', async (words, sentence) => {
  const { code, err } = await verify(...words)
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(sentence) })
})

test('files that are missing or no files are mistakes in the command', async () => {
  mkdirSync(file('folder'))
  for (const words of [
    ['receipt', file('nothing'), ...key],
    ['export', file('nothing'), ...key],
    ['export', file('folder'), ...key],
    ['log', ...key, '--url', 'http://127.0.0.1:1', '--dir', '.'],
    ['log', ...key, '--url', 'http://127.0.0.1:1'],
    ['watch', ...key, '--url', 'http://127.0.0.1:1'],
    ['receipt', file('receipt'), ...key, '--witnesses', 'two'],
  ]) {
    expect({ words, ...(await verify(...words)) }).toMatchObject({ code: 2, out: '' })
  }
})

test('a watch under way ends by itself when history changed: exit code 1 and the first wrong index on stdout', async () => {
  await forgeTexts(audited.asSuperuser, (entry, index) => (index === 200 ? entry.replace('u-3381', 'u-0000') : entry))
  await signedAnew(audited, await recomputedTree(audited))
  const words = ['watch', ...key, '--url', audited.server.address, '--keep', file('watched'), '--every', '1']
  expect(await verify(...words)).toMatchObject({ code: 1, out: expect.stringContaining('entry-changed, entry 200:') })
})
