/** Cost of the tree for a pull: the hub's own desk in this process, 64 pulls in flight, with the tree and without it. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { isFailure } from '../../services/contract/failure.ts'
import { createLog } from '../../services/contract/log.ts'
import { openCatalogue } from '../../services/exchange/law/catalogue/open-catalogue.ts'
import type { AccessLog } from '../../services/exchange/log/append/access-log.ts'
import { createAccessLog } from '../../services/exchange/log/append/create-access-log.ts'
import { openCheckpointFile } from '../../services/exchange/log/keeping/checkpoint-file.ts'
import { createSigner } from '../../services/exchange/log/tree/note.ts'
import type { Parts } from '../../services/exchange/parts.ts'
import { createMetrics } from '../../services/exchange/platform/metrics.ts'
import { type Desk, openDesk } from '../../services/exchange/pull/open-desk.ts'
import { createPool } from '../../services/postgres/pool.ts'
import type { BenchOptions } from '../options.ts'
import { type Round, runRounds } from '../rounds.ts'
import { fillConsents, fillRecords, settle } from '../stand/fill-store.ts'
import { residentId } from '../stand/residents.ts'
import { openStand, type Stand } from '../stand/stand.ts'
import { createPlainLog, createPlainTables } from './plain-log.ts'

const dataset = 'civil-affairs.marriage-certificate'
const department = 'natural-resources'
const purpose = 'real-estate-transfer'
const fields = ['/certificateNumber', '/holderA/name', '/holderA/id', '/holderB/name', '/holderB/id', '/registeredOn']
const caller = { id: `${department}/title-office`, kind: 'system' as const, department, roles: ['system' as const] }
export const inFlight = 64

export type Appended = { perSecond: number; microseconds: number }

export async function measureAppending({ quick, rounds, seconds, say }: BenchOptions): Promise<Round<Appended>[]> {
  const size = quick ? 20_000 : 200_000
  const stand = await openStand()
  try {
    await fillRecords(stand.database, dataset, 0, size)
    await fillConsents(stand.database, { department, purpose, datasets: { [dataset]: fields } }, 0, size)
    await createPlainTables(stand.database)
    await settle(stand.database)
    return await measureOn(stand, size, { rounds, seconds, say })
  } finally {
    await stand.close()
  }
}

async function measureOn(stand: Stand, size: number, { rounds, seconds, say }: Omit<BenchOptions, 'quick'>) {
  const log = createLog('bench', 'warn')
  const pool = createPool({ url: stand.stack.url, size: 12, log })
  const file = openCheckpointFile(join(stand.directory, 'bench-checkpoints'))
  const catalogue = await openCatalogue({ pool, url: stand.stack.url, log })
  const now = () => new Date()
  const { origin } = await logOf(stand)
  const signer = createSigner(await readFile(join(stand.directory, 'keys', 'access-log.key'), 'utf8'))
  const deskOf = (accessLog: AccessLog) =>
    openDesk({ pool, log, catalogue, accessLog, metrics: createMetrics(), now, random: randomBytes } as Parts)
  const tree = deskOf(createAccessLog({ pool, signer, origin, now, random: randomBytes, sinks: [file.keep] }))
  const plain = deskOf(createPlainLog(pool, randomBytes))
  const contenders = {
    tree: () => run(tree, size, seconds, true),
    plain: () => run(plain, size, seconds, false),
    'tree without receipts': () => run(tree, size, seconds, false),
  }
  await run(tree, size, 2, true)
  await run(plain, size, 2, false)
  const told = (what: string, { perSecond, microseconds }: Appended) =>
    say(`${what}: ${Math.round(perSecond)} pulls/s, ${microseconds.toFixed(0)} µs of this process each`)
  const measured = await runRounds(rounds, contenders, told)
  await catalogue.close()
  await pool.end()
  file.close()
  return measured
}

async function logOf(stand: Stand): Promise<{ origin: string }> {
  const answer = await fetch(`${stand.stack.hub}/v1/access-log`)
  return (await answer.json()) as { origin: string }
}

async function run(desk: Desk, size: number, seconds: number, receipt: boolean): Promise<Appended> {
  const until = performance.now() + seconds * 1000
  const before = { cpu: process.cpuUsage(), time: performance.now() }
  let pulls = 0
  const loop = async () => {
    while (performance.now() < until) {
      const subject = { type: 'person' as const, id: residentId(Math.floor(Math.random() * size)) }
      const about = { case: `2026-${pulls}`, official: `u-${pulls % 500}`, receipt }
      const answer = await desk.pull(ulid(), caller, { dataset, subject, purpose, ...about })
      if (isFailure(answer)) throw new Error(`a pull of the bench is refused: ${answer.failure}`)
      pulls += 1
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop))
  const { user, system } = process.cpuUsage(before.cpu)
  return {
    perSecond: pulls / ((performance.now() - before.time) / 1000),
    microseconds: (user + system) / pulls,
  }
}
