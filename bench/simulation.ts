/**
 * What no machine here can show: a city's peak of 10,000 pulls a second on many processes and one PostgreSQL. A simulation of the
 * desk's own rules (batches of up to 64, two in flight, one lock on the head of the log) over the costs that `pulls` measured.
 * A large PostgreSQL is taken to be as fast per core as the one measured.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomFrom } from '../services/local/city/random.ts'
import { repository } from '../services/local/places.ts'
import { type Figure, figureOf, median, type Outcome } from './figures.ts'
import type { BenchOptions } from './options.ts'

/** Milliseconds: what a pull costs an exchange and PostgreSQL, a way to the server and back, a flush to disk. */
export type Costs = { exchange: number; postgres: number; way: number; flush: number }
export type Plant = { processes: number; cores: number; perSecond: number; seconds: number; seed: number }
export type Simulated = { perSecond: number; p99: number; batch: number }

const largest = 64
const inFlight = 2
/** Of PostgreSQL's work for a pull, what is done while the log's head is locked: the insert. An assumption. */
const underLock = 0.5

export function simulate(costs: Costs, { processes, cores, perSecond, seconds, seed }: Plant): Simulated {
  const random = randomFrom(seed)
  const fraction = () => random.between(0, 2 ** 30 - 1) / 2 ** 30
  const events = createEvents()
  const desks = Array.from({ length: processes }, () => ({ waiting: [] as number[], running: 0, free: 0 }))
  const database = new Array<number>(cores).fill(0)
  const [latencies, sizes]: number[][] = [[], []]
  let [head, last] = [0, 0]
  /** On whichever core is free first; when it is done. */
  const onDatabase = (now: number, pulls: number, share: number) => {
    const core = database.indexOf(Math.min(...database))
    database[core] = Math.max(database[core]!, now) + costs.postgres * pulls * share
    return database[core]!
  }
  const begin = (desk: (typeof desks)[number], now: number) => {
    if (desk.running >= inFlight || desk.waiting.length === 0) return
    const batch = desk.waiting.splice(0, largest)
    desk.running += 1
    sizes!.push(batch.length)
    events.add(onDatabase(now, batch.length, 1 - underLock) + 2 * costs.way, read => {
      desk.free = Math.max(desk.free, read) + costs.exchange * batch.length
      events.add(desk.free, sealed => append(desk, batch, sealed))
    })
  }
  const append = (desk: (typeof desks)[number], batch: number[], sealed: number) => {
    if (head > sealed) return events.add(head, now => append(desk, batch, now))
    head = onDatabase(sealed, batch.length, underLock) + costs.way + costs.flush
    events.add(head, now => {
      for (const arrived of batch) latencies!.push(now - arrived)
      desk.running -= 1
      last = now
      begin(desk, now)
    })
  }
  const arrive = (now: number) => {
    const desk = desks[Math.floor(fraction() * processes)]!
    desk.waiting.push(now)
    begin(desk, now)
    const next = now - (Math.log(1 - fraction()) / perSecond) * 1000
    if (next < seconds * 1000) events.add(next, arrive)
  }
  events.add(0, arrive)
  events.run()
  const sorted = latencies!.toSorted((one, other) => one - other)
  return {
    perSecond: (sorted.length / last) * 1000,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    batch: sorted.length / sizes!.length,
  }
}

type Event = { at: number; happen: (now: number) => void }

/** What happens when: the soonest first. Few are ever in the row, so it is kept in order. */
function createEvents() {
  const row: Event[] = []
  return {
    add(at: number, happen: Event['happen']) {
      let place = row.length
      while (place > 0 && row[place - 1]!.at < at) place -= 1
      row.splice(place, 0, { at, happen })
    },
    run() {
      for (let next = row.pop(); next; next = row.pop()) next.happen(next.at)
    },
  }
}

const wanted = 10_000
const plants = [
  { processes: 2, cores: 2 },
  { processes: 4, cores: 4 },
  { processes: 8, cores: 8 },
  { processes: 12, cores: 12 },
]

export async function measureSimulation({ rounds, say }: BenchOptions): Promise<Outcome> {
  const costs = { ...(await measuredCosts()), way: 0.5, flush: 1 }
  const figures: Figure[] = []
  for (const plant of plants) {
    const name = `${plant.processes} processes, ${plant.cores} cores of PostgreSQL`
    const runs = Array.from({ length: rounds }, (_, seed) =>
      simulate(costs, { ...plant, perSecond: wanted, seconds: 20, seed: seed + 1 }),
    )
    const of = (what: keyof Simulated, unit: string) =>
      figures.push(
        figureOf(
          { name: `simulation.${plant.processes}.${what}`, title: `${name}: ${what}`, unit },
          runs.map(run => run[what]),
        ),
      )
    of('perSecond', '/s')
    of('p99', 'ms')
    of('batch', 'pulls a batch')
    say(`${name}: ${median(runs.map(run => run.perSecond)).toFixed(0)}/s`)
  }
  const setting = {
    'pulls a second asked for': wanted,
    'exchange µs': Math.round(costs.exchange * 1000),
    'PostgreSQL µs': Math.round(costs.postgres * 1000),
    'way ms (assumed)': costs.way,
    'flush ms (assumed)': costs.flush,
    'share of PostgreSQL under the lock (assumed)': underLock,
  }
  return { measurement: 'simulation', setting, ratios: [], figures }
}

async function measuredCosts(): Promise<{ exchange: number; postgres: number }> {
  const kept = JSON.parse(await readFile(join(repository, 'docs/performance/pulls.json'), 'utf8')) as Outcome
  const of = (name: string) => kept.figures.find(figure => figure.name === name)!.value / 1000
  return { exchange: of('pulls.hub.server'), postgres: of('pulls.hub.PostgreSQL') }
}
