import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openCheckpoint, readKey } from '../../../../../services/auditor/note.ts'
import { verifyReceipt } from '../../../../../services/auditor/verify-receipt.ts'
import { createWitness } from '../../../../../services/auditor/witness.ts'
import { generateWitnessKey, readWitnessKey } from '../../../../../services/auditor/witness-key.ts'
import { createWitnessServer } from '../../../../../services/auditor/witness-server.ts'
import { createLog } from '../../../../../services/contract/log.ts'
import type { AccessLog } from '../../../../../services/exchange/log/append/access-log.ts'
import { createAccessLog } from '../../../../../services/exchange/log/append/create-access-log.ts'
import { startWitnessing, type WitnessAddress } from '../../../../../services/exchange/log/keeping/start-witnessing.ts'
import { LogUnavailable } from '../../../../../services/exchange/log/tree/log-unavailable.ts'
import { createTestAccessLog, type TestAccessLog } from '../../../../support/access-log.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { pullDraft } from '../../../../support/log-drafts.ts'
import { openLogServer } from '../../../../support/log-server.ts'

let database: TestDatabase
let fork: TestDatabase
let log: TestAccessLog
let folder: string
const servers: Server[] = []
const witnesses: WitnessAddress[] = []

beforeAll(async () => {
  ;[database, fork] = await Promise.all([createDatabase(), createDatabase()])
  log = createTestAccessLog(database.pool)
  folder = mkdtempSync(join(tmpdir(), 'datarun-witnesses-'))
  for (const name of ['witness.test/1', 'witness.test/2', 'witness.test/3']) witnesses.push(await startWitness(name))
})
afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections()
  log.close()
  await Promise.all([database.drop(), fork.drop()])
  rmSync(folder, { recursive: true })
})

async function startWitness(name: string): Promise<WitnessAddress> {
  const { signingKey, verifierKey } = generateWitnessKey(name)
  const witness = createWitness({
    signer: readWitnessKey(signingKey)!,
    logs: [readKey(log.verifierKey)!],
    directory: join(folder, encodeURIComponent(name)),
    now: () => new Date(),
  })
  const server = createWitnessServer(witness, () => {}).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return { verifierKey, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

const write = (accessLog: AccessLog, number: number) =>
  accessLog.commitWith(async (_, record) => record(pullDraft(number)))

const trust = (count: number) => ({
  keys: [log.verifierKey, ...witnesses.map(({ verifierKey }) => verifierKey)].map(vkey => readKey(vkey)!),
  witnesses: count,
})

/** Gathers once; asked so seldom by itself that a test's round is the only one after the first. */
async function gatherFrom(pool: TestDatabase['pool'], addresses: WitnessAddress[], required: number) {
  const lines: string[] = []
  const report = createLog('test', 'warn', { write: (line: string) => void lines.push(line) })
  const every = 3_600_000
  const witnessing = startWitnessing({
    pool,
    log: report,
    now: () => new Date(),
    witnesses: { addresses, required, every },
  })
  await witnessing.stop()
  return { cosigned: await witnessing.gather(), lines }
}

test('a checkpoint is published when enough witnesses have cosigned it, and not before', async () => {
  const accessLog = createAccessLog({ ...log.options, witnessed: true })
  await write(accessLog, 0)
  await expect(accessLog.checkpoint()).rejects.toThrow(LogUnavailable)
  const down = { ...witnesses[2]!, url: 'http://127.0.0.1:1/' }
  await gatherFrom(database.pool, [down], 1)
  await expect(accessLog.checkpoint()).rejects.toThrow('cosigned by enough witnesses')
  const server = await openLogServer(database.pool, accessLog)
  for (const path of ['checkpoint', 'proof?index=0', 'consistency?from=0']) {
    const { status, json } = await server.call('GET', `/v1/access-log/${path}`)
    expect([path, status, json().code]).toEqual([path, 503, 'LOG_UNAVAILABLE'])
  }
  server.app.server.closeAllConnections()
  await server.app.close()
  await gatherFrom(database.pool, [witnesses[0]!, witnesses[1]!, down], 2)
  expect(openCheckpoint(await accessLog.checkpoint(), trust(2))).toMatchObject({ size: 1 })
  expect(openCheckpoint(await accessLog.checkpoint(), trust(3))).toBe('2 of 3 witnesses have cosigned it')
})

test('the log grows on, each witness is shown that it does, and a receipt with cosignatures can be had later', async () => {
  const accessLog = createAccessLog({ ...log.options, witnessed: true })
  for (let i = 1; i < 20; i += 1) await write(accessLog, i)
  await gatherFrom(database.pool, witnesses, 3)
  const server = await openLogServer(database.pool, accessLog)
  const { receipt } = (await server.call('GET', '/v1/access-log/proof?index=7')).json()
  expect(verifyReceipt(receipt, trust(3))).toMatchObject({ index: 7, checkpoint: { size: 20 } })
  server.app.server.closeAllConnections()
  await server.app.close()
})

test('a forked log is caught: no witness that saw one history cosigns the other', async () => {
  const other = createAccessLog({ ...log.options, pool: fork.pool, sinks: [], witnessed: true })
  for (let i = 0; i < 30; i += 1) await write(other, 100 + i)
  const { cosigned, lines } = await gatherFrom(fork.pool, witnesses, 3)
  expect(cosigned).toBe(0)
  const forked = lines.map(line => JSON.parse(line)).filter(({ detail }) => /the log was forked/.test(detail))
  expect(new Set(forked.map(({ witness }) => witness)).size).toBe(3)
  await expect(other.checkpoint()).rejects.toThrow(LogUnavailable)
})
