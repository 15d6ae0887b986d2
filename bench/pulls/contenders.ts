/** Who is measured against whom: the hub, the peers, and what a pull cannot do without: the hub's door, its ways to PostgreSQL. */
import { audience } from '../../services/local/stack-settings.ts'
import { load, type Measured } from '../load/load.ts'
import { fillPeers, fillRecords, settle } from '../stand/fill-store.ts'
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

type Contender = () => Promise<Measured>

type Load = { size: number; seconds: number; quick: boolean }

export async function openContenders(stand: Stand, { size, seconds, quick }: Load): Promise<Record<string, Contender>> {
  const [bare, audited] = await Promise.all([stand.startPeer('bare'), stand.startPeer('audited')])
  const postgres = stand.stack.parts.postgres.pid!
  const run: Runner = (url, pid, ask, connections) => async () => {
    // One pull at a time is a hundred in a second, and the first of them are slow.
    const span = quick && connections === 1 ? 2 * seconds : seconds
    const plan = await pullPlan(stand, url, ask, { size: ask.matter ? size / 10 : size, connections, seconds: span })
    return load(plan, { server: pid, PostgreSQL: postgres })
  }
  const peer = ({ address, child }: typeof bare, connections = 64) =>
    run(`${address}/records`, child.pid!, {}, connections)
  const hub = (ask: Ask, connections = 64) =>
    run(`${stand.stack.hub}/v1/pulls`, stand.stack.parts.exchange.pid!, ask, connections)
  return {
    bare: peer(bare),
    hub: hub(ask),
    receipt: hub({ dataset: single }),
    audited: peer(audited),
    matter: hub({ matter: purpose, receipt: false }),
    bareAlone: peer(bare, 1),
    hubAlone: hub(ask, 1),
    ...(!quick && { door: await openDoor(stand, run), waysAlone: peer(await stand.startPeer('ways'), 1) }),
  }
}

type Runner = (url: string, pid: number, ask: Ask, connections: number) => Contender

/** The hub's HTTP with nothing behind it; what it answers is what the hub answers. */
async function openDoor(stand: Stand, run: Runner): Promise<Contender> {
  const url = `${stand.stack.hub}/v1/pulls`
  const { headers, bodies } = await pullPlan(stand, url, ask, { size: 1, connections: 1, seconds: 1 })
  const answer = await fetch(url, { method: 'POST', headers, body: bodies[0]! })
  if (answer.status !== 200) throw new Error(`the pull to be imitated was answered ${answer.status}`)
  const settings = { ISSUER: stand.stack.issuer, AUDIENCE: audience, ANSWER: await answer.text() }
  const { address, child } = await stand.startPeer('door', settings)
  return run(`${address}/v1/pulls`, child.pid!, ask, 64)
}

/** All of them at once: nothing of it counts. */
export async function warmUp(contenders: Record<string, Contender>): Promise<void> {
  await Promise.all(Object.values(contenders).map(run => run()))
}
