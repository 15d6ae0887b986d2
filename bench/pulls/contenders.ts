/** Who is measured against whom: the hub, the peers, and what a pull cannot do without: the hub's door, its ways to PostgreSQL. */
import { audience } from '../../services/local/stack-settings.ts'
import { load, type Measured } from '../load/load.ts'
import { fillPeers, fillRecords, settle } from '../stand/fill-store.ts'
import { indexerPid, untilIndexed } from '../stand/index-lag.ts'
import { type Ask, fillPulled, pullPlan, purpose, single } from '../stand/pull-load.ts'
import type { Stand } from '../stand/stand.ts'

const proofs = [
  'public-security.resident-identity',
  'public-security.household-register',
  'housing.sale-contract',
  'taxation.tax-clearance',
  'housing-fund.loan-settlement',
]

/** The pull that is compared; with a receipt it would be larger. */
const ask: Ask = { dataset: single, receipt: false }

export async function fill(stand: Stand, size: number): Promise<void> {
  await fillPulled(stand, 0, size)
  for (const dataset of proofs) await fillRecords(stand.database, dataset, 0, size / 10)
  await fillPeers(stand.database, single)
  await settle(stand.database)
}

/** `lag`: entries that the search index did not hold yet when the load ended; indexing them is counted in `cpu`. */
export type Run = Measured & { lag?: number }
type Contender = () => Promise<Run>

type Load = { size: number; seconds: number; quick: boolean }

export async function openContenders(stand: Stand, { size, seconds, quick }: Load): Promise<Record<string, Contender>> {
  const [bare, audited] = await Promise.all([stand.startPeer('bare'), stand.startPeer('audited')])
  const postgres = stand.stack.parts.postgres.pid!
  const run: Runner = async (url, pid, ask, { connections = many, finished, pids } = {}) => {
    // One pull at a time is a hundred in a second, and the first of them are slow.
    const span = quick && connections === 1 ? 2 * seconds : seconds
    const plan = await pullPlan(stand, url, ask, { size: ask.matter ? size / 10 : size, connections, seconds: span })
    return load(plan, { server: pid, PostgreSQL: postgres, ...pids }, finished)
  }
  const peer =
    ({ address, child }: typeof bare, connections = many): Contender =>
    () =>
      run(`${address}/records`, child.pid!, {}, { connections })
  const hub = hubOf(stand, run)
  return {
    bare: peer(bare),
    hub: hub(ask),
    receipt: hub({ dataset: single }),
    audited: peer(audited),
    matter: hub({ matter: purpose, receipt: false }),
    bulk: hub({ ...ask, subjects: bulk.subjects }, bulk.connections),
    bareAlone: peer(bare, 1),
    hubAlone: hub(ask, 1),
    ...(!quick && { door: await openDoor(stand, run), waysAlone: peer(await stand.startPeer('ways'), 1) }),
  }
}

const many = 64
/** Pulls of one call, and calls at a time. */
export const bulk = { subjects: 100, connections: 4 }

type Runner = (
  url: string,
  pid: number,
  ask: Ask,
  more?: { connections?: number; finished?: () => Promise<void>; pids?: Record<string, number> },
) => Promise<Measured>

/** Each run ends once the search index has what the run logged, so that nobody pays for another one's entries. */
function hubOf({ stack, database }: Stand, run: Runner): (ask: Ask, connections?: number) => Contender {
  return (ask, connections = many) =>
    async () => {
      let lag = Number.NaN
      const finished = async () => {
        lag = await untilIndexed(database)
      }
      const pids = { indexer: await indexerPid(database) }
      const url = `${stack.hub}/v1/pulls${ask.subjects ? '/bulk' : ''}`
      const measured = await run(url, stack.parts.exchange.pid!, ask, { connections, finished, pids })
      return { ...measured, lag }
    }
}

/** The hub's HTTP with nothing behind it; what it answers is what the hub answers. */
async function openDoor(stand: Stand, run: Runner): Promise<Contender> {
  const url = `${stand.stack.hub}/v1/pulls`
  const { headers, bodies } = await pullPlan(stand, url, ask, { size: 1, connections: 1, seconds: 1 })
  const answer = await fetch(url, { method: 'POST', headers, body: bodies[0]! })
  if (answer.status !== 200) throw new Error(`the pull to be imitated was answered ${answer.status}`)
  const settings = { ISSUER: stand.stack.issuer, AUDIENCE: audience, ANSWER: await answer.text() }
  const { address, child } = await stand.startPeer('door', settings)
  return () => run(`${address}/v1/pulls`, child.pid!, ask)
}

/** All of them at once: nothing of it counts. */
export async function warmUp(contenders: Record<string, Contender>): Promise<void> {
  await Promise.all(Object.values(contenders).map(run => run()))
}
