/** The log read by a client that no one here wrote: Go's golang.org/x/mod/sumdb. Where Go is missing, says so and ends. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type AuditedLog, openAuditedLog } from '../support/audited-log.ts'
import { fetchGoModules } from '../support/go-modules.ts'
import { pullDraft } from '../support/log-drafts.ts'
import { entriesOf, forgeTexts } from '../support/packed-log.ts'

const source = new URL('./go-tlog/', import.meta.url).pathname
let audited: AuditedLog
let program: string | undefined

beforeAll(async () => {
  audited = await openAuditedLog()
  program = buildProgram(join(audited.folder, 'go-tlog'))
}, 180_000)
afterAll(() => audited.close())

function buildProgram(out: string): string | undefined {
  if (!fetchGoModules(source, 'test/interop/go-tlog.test.ts')) return undefined
  const built = spawnSync('go', ['build', '-o', out, '.'], { cwd: source, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(built.stderr)
  return out
}

type Receipt = { proof: string; entry: string }

/** Appends in batches of many sizes, past two full tiles; a receipt of each batch's last entry. */
async function fill(): Promise<Receipt[]> {
  const proofs: { index: number; proof: string }[] = []
  for (const count of [1, 2, 3, 50, 200, 1, 255, 7, 30]) {
    const { appended } = await audited.log.accessLog.commitWith(async (_, record) => {
      for (let i = 0; i < count; i += 1) record(pullDraft(i))
    })
    const last = appended.at(-1)!
    proofs.push({ index: last.index, proof: last.receipt() })
  }
  const entries = await entriesOf(audited.database.pool)
  return proofs.map(({ index, proof }) => ({ proof, entry: entries[index]! }))
}

async function verify(job: object): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(program!)
  let out = ''
  let err = ''
  child.stdout.on('data', data => {
    out += data
  })
  child.stderr.on('data', data => {
    err += data
  })
  child.stdin.end(JSON.stringify(job))
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  return { code, out, err }
}

test('an independent client verifies checkpoints, tiles, entries, receipts and consistency, and rejects what is altered', async () => {
  if (!program) return
  const receipts = await fill()
  const { server, log } = audited
  const checkpoints = log.checkpoints()
  const job = { address: server.address, token: 'auditor', verifierKey: log.verifierKey, checkpoints, receipts }
  const run = await verify(job)
  expect(run).toEqual({ code: 0, out: 'verified 549 entries, 9 receipts, 9 checkpoints\n', err: '' })

  const entry = receipts[4]!.entry.replace('u-3381', 'u-0000')
  const altered = await verify({ ...job, receipts: [{ ...receipts[4]!, entry }] })
  expect(altered.code).toBe(1)
  await forgeTexts(audited.asSuperuser, (entry, index) => (index === 300 ? entry.replace('u-3381', 'u-0000') : entry))
  expect(await verify(job)).toMatchObject({ code: 1, err: 'entry 300 does not hash to its leaf\n' })
})
