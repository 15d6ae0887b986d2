/** Pulls against the bare route and the naive audited route: throughput, tail, processor time, memory. */

import { type Figure, figureOf, type Outcome, ratioOf } from './figures.ts'
import type { Measured } from './load/load.ts'
import type { BenchOptions } from './options.ts'
import { peakMemory } from './processes.ts'
import { fill, openContenders, warmUp } from './pulls/contenders.ts'
import { type Round, runRounds } from './rounds.ts'
import { hugePages } from './stand/huge-pages.ts'
import { openStand } from './stand/stand.ts'

type Run = Measured

export async function measurePulls({ quick, rounds, seconds, say }: BenchOptions): Promise<Outcome> {
  const size = quick ? 20_000 : 500_000
  const stand = await openStand()
  try {
    say(`${size.toLocaleString('en')} records, each with a consent`)
    await fill(stand, size)
    const contenders = await openContenders(stand, { size, seconds, quick })
    await warmUp(contenders)
    const measured = await runRounds(rounds, contenders, (what, run) => say(`${what}: ${told(run)}`))
    const memory = await peakMemory(stand.stack.parts.exchange.pid!)
    const setting = { records: size, connections: 64, 'huge pages': await hugePages(stand), seconds, rounds }
    return outcomeOf(measured, memory, setting)
  } finally {
    await stand.close()
  }
}

const told = ({ perSecond, p50, p99, cpu, cost }: Run) =>
  `${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms; µs a request: server ${cpu.server!.toFixed(0)}, PostgreSQL ${cpu.PostgreSQL!.toFixed(0)}, load ${cost.toFixed(0)}`

function outcomeOf(measured: Round<Run>[], memory: number, setting: Outcome['setting']): Outcome {
  const perSecond = (name: string) => (round: Round<Run>) => round[name]!.perSecond
  const p99 = (name: string) => (round: Round<Run>) => round[name]!.p99
  const p50 = (name: string) => (round: Round<Run>) => round[name]!.p50
  const ratio = (
    name: string,
    title: string,
    goal: NonNullable<Figure['goal']>,
    over: (round: Round<Run>) => number,
    under: (round: Round<Run>) => number,
  ) => ratioOf({ name: `pulls.${name}`, title, goal }, measured, over, under)
  return {
    measurement: 'pulls',
    setting,
    ratios: [
      ratio('to-bare', 'throughput: pull / bare route', { atLeast: 1 }, perSecond('hub'), perSecond('bare')),
      ratio('to-audited', 'throughput: pull / audited route', { atLeast: 3.5 }, perSecond('hub'), perSecond('audited')),
      ratio('p99-to-bare', 'p99: pull / bare route', { atMost: 1.5 }, p99('hub'), p99('bare')),
      ratio(
        'receipt-to-bare',
        'throughput with receipt / bare route',
        { atLeast: 0.8 },
        perSecond('receipt'),
        perSecond('bare'),
      ),
      ratio('alone-p50', 'one connection, p50: pull / bare route', { atMost: 2.5 }, p50('hubAlone'), p50('bareAlone')),
      ratio(
        'matter-cost',
        'matter of six proofs: single pulls / matters a second',
        { atMost: 2.5 },
        perSecond('hub'),
        perSecond('matter'),
      ),
      ...(measured[0]!.door ? floors(measured) : []),
    ],
    figures: [...Object.keys(measured[0]!).flatMap(name => runFigures(name, measured)), memoryFigure(memory)],
  }
}

/** How near to the bare route a pull could come, whatever else is done. */
function floors(measured: Round<Run>[]): Figure[] {
  const processor = ({ cpu, cost }: Run) => cpu.server! + cpu.PostgreSQL! + cost
  const tail = ({ p99, p50 }: Run) => p99 / p50
  const floor = (name: string, title: string, over: string, under: string, of: (run: Run) => number) =>
    ratioOf(
      { name: `pulls.${name}`, title },
      measured,
      round => of(round[over]!),
      round => of(round[under]!),
    )
  const inAll = 'processor time of a request, all processes'
  return [
    floor(
      'door-to-bare',
      'throughput: the hub’s HTTP with nothing behind it / bare route',
      'door',
      'bare',
      run => run.perSecond,
    ),
    floor(
      'ways-alone',
      'one connection, p50: the ways to PostgreSQL and nothing else / bare route',
      'waysAlone',
      'bareAlone',
      run => run.p50,
    ),
    floor('processor', `${inAll}: bare route / pull`, 'bare', 'hub', processor),
    floor('processor-receipt', `${inAll}: bare route / pull with receipt`, 'bare', 'receipt', processor),
    floor('processor-audited', `${inAll}: audited route / pull`, 'audited', 'hub', processor),
    floor('tail', 'p99 in medians (p99 / p50): pull / bare route', 'hub', 'bare', tail),
    floor('p99-audited', 'p99: audited route / bare route', 'audited', 'bare', run => run.p99),
  ]
}

function runFigures(name: string, measured: Round<Run>[]): Figure[] {
  const of = (what: string, unit: string, pick: (run: Run) => number) =>
    figureOf(
      { name: `pulls.${name}.${what}`, title: `${name}: ${what}`, unit },
      measured.map(round => pick(round[name]!)),
    )
  return [
    of('throughput', '/s', run => run.perSecond),
    of('p50', 'ms', run => run.p50),
    of('p99', 'ms', run => run.p99),
    of('server', 'µs of CPU a request', run => run.cpu.server!),
    of('PostgreSQL', 'µs of CPU a request', run => run.cpu.PostgreSQL!),
    of('load', 'µs of CPU a request', run => run.cost),
  ]
}

const memoryFigure = (memory: number) =>
  figureOf({ name: 'pulls.exchange.memory', title: 'peak memory of the exchange', unit: 'MiB' }, [memory])
