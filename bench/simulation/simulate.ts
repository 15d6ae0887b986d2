/**
 * Many processes of the hub on one PostgreSQL: the desk's own rules (batches of up to 64, one in flight where several append, one lock
 * on the head of the log) over given costs. A large PostgreSQL is taken to be as fast per core as the one measured.
 */
import { randomFrom } from '../../services/local/city/random.ts'
import { createEvents, type Events } from './events.ts'

/** Milliseconds: what a pull costs an exchange and PostgreSQL, a way to the server and back, a flush to disk. */
export type Costs = { exchange: number; postgres: number; way: number; flush: number }
export type Plant = { processes: number; cores: number; perSecond: number; seconds: number; seed: number }
/** `p99` in milliseconds, `batch` in pulls. */
export type Simulated = { perSecond: number; p99: number; batch: number }

const largest = 64
/** Of one process; see the desk. */
const inFlight = (processes: number) => (processes > 1 ? 1 : 2)
/** Of PostgreSQL's work for a pull, what is done while the log's head is locked: the insert. An assumption. */
export const underLock = 0.5

/** `waiting` are the pulls' times of arrival, `free` is when its process will have done what it has begun. */
type Desk = { waiting: number[]; running: number; free: number }

type World = {
  costs: Costs
  events: Events
  desks: Desk[]
  /** For each core of PostgreSQL when it will be free. */
  cores: number[]
  /** When the head of the log will be free. */
  head: number
  latencies: number[]
  batches: number
  /** When the last batch was answered. */
  last: number
}

export function simulate(costs: Costs, { processes, cores, perSecond, seconds, seed }: Plant): Simulated {
  const world: World = {
    costs,
    events: createEvents(),
    desks: Array.from({ length: processes }, () => ({ waiting: [], running: 0, free: 0 })),
    cores: new Array<number>(cores).fill(0),
    head: 0,
    latencies: [],
    batches: 0,
    last: 0,
  }
  letArrive(world, { perSecond, until: seconds * 1000, seed })
  world.events.run()
  return resultOf(world)
}

/** Pulls come one by one at random (a Poisson process), each to any of the processes. */
function letArrive(world: World, { perSecond, until, seed }: { perSecond: number; until: number; seed: number }) {
  const random = randomFrom(seed)
  const fraction = () => random.between(0, 2 ** 30 - 1) / 2 ** 30
  const arrive = (now: number) => {
    const desk = world.desks[Math.floor(fraction() * world.desks.length)]!
    desk.waiting.push(now)
    begin(world, desk, now)
    const next = now - (Math.log(1 - fraction()) / perSecond) * 1000
    if (next < until) world.events.add(next, arrive)
  }
  world.events.add(0, arrive)
}

/** A batch is read by PostgreSQL, decided and sealed by its process, and then goes into the log. */
function begin(world: World, desk: Desk, now: number): void {
  if (desk.running >= inFlight(world.desks.length) || desk.waiting.length === 0) return
  const { costs, events } = world
  const batch = desk.waiting.splice(0, largest)
  desk.running += 1
  world.batches += 1
  events.add(onDatabase(world, now, batch.length * (1 - underLock)) + 2 * costs.way, read => {
    desk.free = Math.max(desk.free, read) + costs.exchange * batch.length
    events.add(desk.free, sealed => append(world, desk, batch, sealed))
  })
}

/** On whichever core is free first; when it is done. */
function onDatabase({ cores, costs }: World, now: number, pulls: number): number {
  const core = cores.indexOf(Math.min(...cores))
  cores[core] = Math.max(cores[core]!, now) + costs.postgres * pulls
  return cores[core]!
}

/** One batch at a time, whichever process it is of: the others wait for the lock. */
function append(world: World, desk: Desk, batch: number[], now: number): void {
  const { costs, events } = world
  if (world.head > now) {
    events.add(world.head, free => append(world, desk, batch, free))
    return
  }
  world.head = onDatabase(world, now, batch.length * underLock) + costs.way + costs.flush
  events.add(world.head, done => answer(world, desk, batch, done))
}

function answer(world: World, desk: Desk, batch: number[], now: number): void {
  for (const arrived of batch) world.latencies.push(now - arrived)
  desk.running -= 1
  world.last = now
  begin(world, desk, now)
}

function resultOf({ latencies, batches, last }: World): Simulated {
  const sorted = latencies.toSorted((one, other) => one - other)
  return {
    perSecond: (sorted.length / last) * 1000,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    batch: sorted.length / batches,
  }
}
