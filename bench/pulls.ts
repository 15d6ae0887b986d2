/** Pulls against the bare route and the naive audited route, in bulk, and by two processes. */
import type { Outcome } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { peakMemory } from './processes.ts'
import { fill, openContenders, type Run, warmUp } from './pulls/contenders.ts'
import { figuresOfPulls } from './pulls/figures.ts'
import { measureTwoProcesses } from './pulls/two-processes.ts'
import { runRounds } from './rounds.ts'
import { hugePages } from './stand/huge-pages.ts'
import { openStand } from './stand/stand.ts'

export async function measurePulls(options: BenchOptions): Promise<Outcome> {
  const { quick, rounds, seconds, say } = options
  const size = options.records ?? (quick ? 20_000 : 500_000)
  const stand = await openStand()
  try {
    say(`${size.toLocaleString('en')} records, each with a consent`)
    await fill(stand, size)
    const contenders = await openContenders(stand, { size, seconds, quick })
    await warmUp(contenders)
    const measured = await runRounds(rounds, contenders, (what, run) => say(`${what}: ${told(run)}`))
    const { ratios, figures, details } = figuresOfPulls(measured, await peakMemory(stand.stack.parts.exchange.pid!))
    const setting = { records: size, connections: 64, 'huge pages': await hugePages(stand), seconds, rounds }
    const [twoToOne, ...ofEach] = quick ? [] : await measureTwoProcesses(stand, size, options)
    return {
      measurement: 'pulls',
      setting,
      ratios: twoToOne ? [...ratios, twoToOne] : ratios,
      figures,
      details: [...details, ...ofEach],
    }
  } finally {
    await stand.close()
  }
}

const told = ({ perSecond, p50, p99, cpu, cost, lag }: Run) =>
  `${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms; µs a subject: server ${cpu.server!.toFixed(0)}, PostgreSQL ${cpu.PostgreSQL!.toFixed(0)}, load ${cost.toFixed(0)}${lag === undefined ? '' : `; index ${lag} behind`}`
