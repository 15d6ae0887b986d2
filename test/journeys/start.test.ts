/**
 * `npm start` as a newcomer runs it, on a folder of its own: the story of the README, told twice. Keeps out: records, logs and
 * secrets of a stack that any user of the machine can read.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { removeDirectory, repository } from '../../services/local/places.ts'
import type { Figures } from '../../services/local/start.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datarun-start-'))
})
afterAll(async () => {
  await removeDirectory(join(folder, 'data', 'stack'))
  await rm(folder, { recursive: true, force: true })
})

async function start(name: string): Promise<{ code: number; said: string; figures: Figures }> {
  const report = join(folder, `${name}.json`)
  const args = ['start', '--exit', '--people', '60', '--data', join(folder, 'data'), '--report', report]
  const child = spawn(process.execPath, [join(repository, 'services/cli/main.ts'), ...args])
  const [said, complained, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number>(resolve => child.on('exit', status => resolve(status ?? -1))),
  ])
  if (code !== 0) throw new Error(`npm start -- --exit ended with ${code}:\n${said}\n${complained}`)
  return { code, said, figures: JSON.parse(await readFile(report, 'utf8')) }
}

test('npm start tells the story: refused for want of consent, consent given, complete; and again without publishing twice', async () => {
  const first = await start('first')
  const { transfer, publishing } = first.figures
  expect(publishing.departments).toBeGreaterThanOrEqual(6)
  expect(publishing.published).toBe(first.figures.rows)
  expect(publishing.refused).toBe(3)
  const refused = transfer.first.proofs.filter(({ outcome }) => outcome === 'refused')
  expect(refused.map(({ code }) => code)).toEqual(['CONSENT_MISSING'])
  expect(refused[0]!.wayOut).toContain('POST /v1/consents')
  expect(transfer.second.proofs.map(({ outcome }) => outcome)).toEqual(transfer.second.proofs.map(() => 'met'))
  expect(transfer.second.proofs.every(({ basis }) => basis !== '')).toBe(true)
  expect(transfer.sourceDepartments).toBeGreaterThanOrEqual(5)
  expect(transfer.papersNotCarried).toBeGreaterThanOrEqual(5)
  expect(transfer.second.receipt).toMatch(/^c2sp\.org\/tlog-proof@v1\n/)
  expect(transfer.accesses[0]).toMatchObject({ department: 'natural-resources', matter: 'real-estate-transfer' })
  expect(first.said).toContain('Papers nobody had to carry: 6')
  expect(first.said).toContain(
    'public-security.household-register  or  public-security.residence-permit and human-resources.social-insurance',
  )
  const { enterprise, ledger } = first.figures
  expect(enterprise.question).toMatchObject({ choices: 2, chosen: ['housing.lease-filing'] })
  expect(enterprise.requirements.map(({ outcome }) => outcome)).toEqual(['met', 'met', 'refused'])
  expect(enterprise.requirements[2]).toMatchObject({ reason: 'no-consent', wayOut: expect.stringContaining('consent') })
  expect(ledger.total.proofs).toBe(
    ledger.total.met + ledger.total.open + Object.values(ledger.total.paper).reduce((sum, count) => sum + count, 0),
  )
  expect(ledger.rows.map(({ matter }) => matter).sort()).toEqual(['enterprise-establishment', 'real-estate-transfer'])

  const again = await start('again')
  expect(again.figures.publishing.published).toBe(0)
  expect(again.figures.transfer.second.logIndex).toBeGreaterThan(transfer.second.logIndex)
}, 400_000)

/** Files that any user may read: open to all, in folders that all may enter. */
async function openToAll(directory: string): Promise<string[]> {
  const names = await readdir(directory)
  const found = await Promise.all(
    names.map(async name => {
      const path = join(directory, name)
      const entry = await stat(path)
      if (entry.isDirectory()) return entry.mode & 0o001 ? openToAll(path) : []
      return entry.mode & 0o004 ? [path] : []
    }),
  )
  return found.flat()
}

test('what a stack keeps on the disk is for its owner alone', async () => {
  const data = join(folder, 'data')
  expect(await readdir(data)).not.toEqual([])
  expect(await openToAll(data)).toEqual([])
})
