/** `datarun pull` and `datarun ledger` as they are typed, against a hub. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { cityDayOf } from '../../../services/contract/city-time.ts'
import type { Dataset } from '../../../services/exchange/law/catalogue/dataset.ts'
import { alice } from '../../support/city-department.ts'
import { both, requirement } from '../../support/pull-cases.ts'
import { openPullCity, type PullCity, purpose } from '../../support/pull-city.ts'

let city: PullCity
let leases: Dataset
let marriages: Dataset
let environment: NodeJS.ProcessEnv
const folder = mkdtempSync(join(tmpdir(), 'datarun-cli-'))

beforeAll(async () => {
  city = await openPullCity()
  leases = await city.addSource()
  marriages = await city.addSource()
  await city.agree(leases.id)
  await city.store(leases.id, { key: 'L-1' })
  const when = [[{ fact: 'married', equals: true }]]
  await city.putMatter([requirement('lease', [[leases.id]]), requirement('spouse', [[marriages.id]], { when })], {
    facts: [{ id: 'married', title: both('Married'), type: 'boolean' }],
  })
  const { privateKey } = await city.hub.issuer.keys.of(city.desk)
  writeFileSync(join(folder, 'key.json'), JSON.stringify(privateKey), { mode: 0o600 })
  writeFileSync(join(folder, 'token'), await city.hub.issuer.signIn('auditor'))
  environment = {
    PATH: process.env.PATH,
    DATARUN_HUB_URL: city.hub.exchange.address,
    DATARUN_ISSUER: city.hub.issuer.issuer,
    DATARUN_SYSTEM: city.desk,
    DATARUN_SYSTEM_KEY_FILE: join(folder, 'key.json'),
  }
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await city?.close()
})

async function datarun(words: string[], input = '') {
  const child = spawn(process.execPath, ['services/cli/main.ts', ...words], { env: environment })
  child.stdin.end(input)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, out, err }
}
const pull = (...more: string[]) =>
  datarun(['pull', '--matter', purpose, '--case', '2026-1', '--official', 'u-1', ...more], `person ${alice}\n`)

test('a pull for a matter tells what is asked, what is met, and why a paper has to be carried', async () => {
  const asked = await pull()
  expect(asked).toMatchObject({ code: 0, err: '' })
  expect(asked.out).toContain('(lease): met')
  expect(asked.out).toContain('(spouse): ask: --fact married=… (Married)')
  const refused = await pull('--fact', 'married=true', '--district', '310115')
  expect(refused.code).toBe(3)
  expect(refused.out).toContain('(spouse): refused, not-shared. Request one: POST /v1/agreements.')
  expect(await pull('--fact', 'married')).toMatchObject({ code: 2, err: expect.stringContaining('name=value') })
})

test('the ledger is told in words and as JSON', async () => {
  const days = ['--from', cityDayOf(new Date(Date.now() - 86_400_000)), '--to', cityDayOf(new Date())]
  const ledger = (...more: string[]) => datarun(['ledger', ...days, '--token-file', join(folder, 'token'), ...more])
  const { code, out } = await ledger()
  expect(code).toBe(0)
  expect(out).toContain('Total: 2 proofs, 1 met by data, still on paper: 1 not-shared')
  expect(out).toContain(`The hub could supply (国务院令第716号第七条): ${city.office} ${purpose} spouse: 1 papers`)
  expect(JSON.parse((await ledger('--json')).out).total).toMatchObject({ pulls: 2, proofs: 2, met: 1 })
})
