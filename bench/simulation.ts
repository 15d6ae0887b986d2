/** A measurement beyond this machine: a city's peak of 10,000 pulls a second, played over the costs that `pulls` measured. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { repository } from '../services/local/places.ts'
import { type Figure, figureOf, median, type Outcome } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { type Costs, type Simulated, simulate, underLock } from './simulation/simulate.ts'

const wanted = 10_000
const plants = [
  { processes: 2, cores: 2 },
  { processes: 4, cores: 4 },
  { processes: 8, cores: 8 },
  { processes: 12, cores: 12 },
]

export async function measureSimulation({ rounds, say }: BenchOptions): Promise<Outcome> {
  const costs = { ...(await measuredCosts()), way: 0.5, flush: 1 }
  const figures = plants.flatMap(plant => {
    const name = `${plant.processes} processes, ${plant.cores} cores of PostgreSQL`
    const runs = Array.from({ length: rounds }, (_, n) =>
      simulate(costs, { ...plant, perSecond: wanted, seconds: 20, seed: n + 1 }),
    )
    say(`${name}: ${median(runs.map(run => run.perSecond)).toFixed(0)}/s`)
    return figuresOf(`simulation.${plant.processes}`, name, runs)
  })
  return { measurement: 'simulation', setting: settingOf(costs), ratios: [], figures }
}

function figuresOf(name: string, title: string, runs: readonly Simulated[]): Figure[] {
  const of = (what: keyof Simulated, unit: string) =>
    figureOf(
      { name: `${name}.${what}`, title: `${title}: ${what}`, unit },
      runs.map(run => run[what]),
    )
  return [of('perSecond', '/s'), of('p99', 'ms'), of('batch', 'pulls a batch')]
}

const settingOf = (costs: Costs): Outcome['setting'] => ({
  'pulls a second asked for': wanted,
  'exchange µs': Math.round(costs.exchange * 1000),
  'PostgreSQL µs': Math.round(costs.postgres * 1000),
  'way ms (assumed)': costs.way,
  'flush ms (assumed)': costs.flush,
  'share of PostgreSQL under the lock (assumed)': underLock,
})

async function measuredCosts(): Promise<{ exchange: number; postgres: number }> {
  const kept = JSON.parse(await readFile(join(repository, 'docs/performance/pulls.json'), 'utf8')) as Outcome
  const of = (name: string) => kept.figures.find(figure => figure.name === name)!.value / 1000
  return { exchange: of('pulls.hub.server'), postgres: of('pulls.hub.PostgreSQL') }
}
