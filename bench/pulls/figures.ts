/** Figures of rounds of pulls: ratios within each round, and the cost of a pull. */
import { type Figure, figureOf, type Outcome, ratioOf } from '../figures.ts'
import type { Round } from '../rounds.ts'
import { bulk, type Run } from './contenders.ts'

type Rounds = readonly Round<Run>[]
type Goal = NonNullable<Figure['goal']>

export function figuresOfPulls(
  measured: Rounds,
  memory: number,
): Required<Pick<Outcome, 'ratios' | 'figures' | 'details'>> {
  const told = ['bare', 'hub', 'bulk']
  const others = Object.keys(measured[0]!).filter(name => !told.includes(name))
  const costs = (name: string) => [cost(name, 'server', measured), cost(name, 'PostgreSQL', measured)]
  return {
    ratios: [...goals(measured), ...(measured[0]!.door ? floors(measured) : [])],
    figures: [
      value('bulk-p99', `p99 of a call of ${bulk.subjects} pulls`, 'ms', measured, round => round.bulk!.p99, {
        atMost: 60,
      }),
      value('index-lag', 'index behind the log at a round’s end', 'entries', measured, lagOf, { atMost: 8_192 }),
      ...told.flatMap(name => [throughput(name, measured), ...costs(name)]),
      value(
        'hub.indexer',
        'of it PostgreSQL’s process of the indexer',
        costUnit,
        measured,
        round => round.hub!.cpu.indexer!,
      ),
    ],
    details: [
      ...others.flatMap(name => [throughput(name, measured), ...costs(name)]),
      ...[...told, ...others].flatMap(name => detailsOf(name, measured)),
      figureOf({ name: 'pulls.exchange.memory', title: 'peak memory of the exchange', unit: 'MiB' }, [memory]),
    ],
  }
}

/** The greatest of the round's runs: single pulls, with receipts, matters and bulk calls. */
const lagOf = (round: Round<Run>) => Math.max(...Object.values(round).map(({ lag = 0 }) => lag))

const costUnit = 'µs of CPU a pull'

const value = (
  name: string,
  title: string,
  unit: string,
  measured: Rounds,
  of: (round: Round<Run>) => number,
  goal?: Goal,
) => figureOf({ name: `pulls.${name}`, title, unit, ...(goal && { goal }) }, measured.map(of))

const throughput = (name: string, measured: Rounds) =>
  value(`${name}.throughput`, `${name}: subjects`, '/s', measured, round => round[name]!.perSecond)

const cost = (name: string, process: 'server' | 'PostgreSQL', measured: Rounds) =>
  value(`${name}.${process}`, `${name}: ${process}`, costUnit, measured, round => round[name]!.cpu[process]!)

type Against = { over: string; under: string; of: (run: Run) => number; goal?: Goal }

const against = (measured: Rounds, name: string, title: string, { over, under, of, goal }: Against) =>
  ratioOf(
    { name: `pulls.${name}`, title, ...(goal && { goal }) },
    measured,
    round => of(round[over]!),
    round => of(round[under]!),
  )

const perSecond = (run: Run) => run.perSecond
const p50 = (run: Run) => run.p50
const p99 = (run: Run) => run.p99

function goals(measured: Rounds): Figure[] {
  const ratio = (name: string, title: string, over: string, under: string, of: Against['of'], goal: Goal) =>
    against(measured, name, title, { over, under, of, goal })
  return [
    ratio('to-bare', 'throughput: pull / bare route', 'hub', 'bare', perSecond, { atLeast: 0.85 }),
    ratio('p99-to-bare', 'p99: pull / bare route', 'hub', 'bare', p99, { atMost: 1.5 }),
    ratio('receipt-to-bare', 'throughput with receipt / bare route', 'receipt', 'bare', perSecond, { atLeast: 0.75 }),
    ratio('to-audited', 'throughput: pull / audited route', 'hub', 'audited', perSecond, { atLeast: 2 }),
    ratio('matter-cost', 'single pulls / matters of six proofs', 'hub', 'matter', perSecond, { atMost: 2.5 }),
    ratio('alone-p50', 'one connection, p50: pull / bare route', 'hubAlone', 'bareAlone', p50, { atMost: 3.5 }),
    ratio('bulk-to-bare', 'subjects a second: bulk / bare route', 'bulk', 'bare', perSecond, { atLeast: 2.2 }),
  ]
}

/** How near to the bare route a pull could come, whatever else is done. */
function floors(measured: Rounds): Figure[] {
  const processor = ({ cpu, cost }: Run) => cpu.server! + cpu.PostgreSQL! + cost
  const floor = (name: string, title: string, over: string, under: string, of: Against['of']) =>
    against(measured, name, title, { over, under, of })
  return [
    floor('processor', 'processor time of all: bare route / pull', 'bare', 'hub', processor),
    floor('door-to-bare', 'floor: the hub’s HTTP alone / bare route', 'door', 'bare', perSecond),
    floor('ways-alone', 'floor, one connection, p50: ways to PostgreSQL / bare route', 'waysAlone', 'bareAlone', p50),
  ]
}

function detailsOf(name: string, measured: Rounds): Figure[] {
  const of = (what: string, unit: string, pick: (run: Run) => number) =>
    value(`${name}.${what}`, `${name}: ${what}`, unit, measured, round => pick(round[name]!))
  return [of('p50', 'ms', p50), of('p99', 'ms', p99), of('load', costUnit, run => run.cost)]
}
