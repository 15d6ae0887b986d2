/** Two processes of the hub on one database against one: each pulls, and each waits for the other to append to the log. */
import { figureOf, type Outcome, ratioOf } from './figures.ts'
import { load, type Measured } from './load/load.ts'
import type { BenchOptions } from './options.ts'
import { watchCpu } from './processes.ts'
import { runRounds } from './rounds.ts'
import { settle } from './stand/fill-store.ts'
import { fillPulled, pullPlan, single } from './stand/pull-load.ts'
import { openStand } from './stand/stand.ts'

const size = 100_000
const connections = 64

/** `cpu`: processor microseconds of a pull, in the hub's processes and PostgreSQL. */
type Run = { perSecond: number; p99: number; cpu: number }

export async function measureReplicas({ rounds, seconds, say }: BenchOptions): Promise<Outcome> {
  const stand = await openStand()
  try {
    await fillPulled(stand, 0, size)
    await settle(stand.database)
    const { hub: replica, child } = await stand.startReplica()
    const pids = { ...stand.pids(), replica: child.pid! }
    const ask = { dataset: single, receipt: false as const }
    const run = async (hubs: string[]): Promise<Run> => {
      const share = { size, connections: connections / hubs.length, seconds }
      const plans = await Promise.all(hubs.map(hub => pullPlan(stand, `${hub}/v1/pulls`, ask, share)))
      const { outcome, cpu } = await watchCpu(pids, () => Promise.all(plans.map(plan => load(plan, {}))))
      return together(outcome, cpu)
    }
    const contenders = { one: () => run([stand.stack.hub]), two: () => run([stand.stack.hub, replica]) }
    // Each process by itself, until its code is compiled: with half of the load the second one would lag behind for long.
    for (const hub of [stand.stack.hub, replica, stand.stack.hub, replica]) await run([hub])
    await contenders.two()
    const told = (what: string, { perSecond, p99, cpu }: Run) =>
      say(`${what}: ${perSecond.toFixed(0)}/s, p99 ${p99.toFixed(1)} ms, ${cpu.toFixed(0)} µs of CPU a pull`)
    const measured = await runRounds(rounds, contenders, told)
    await mustBeGapless(stand)
    const figure = (name: 'one' | 'two', what: keyof Run, unit: string) =>
      figureOf(
        { name: `replicas.${name}.${what}`, title: `${name}: ${what}`, unit },
        measured.map(round => round[name]![what]),
      )
    return {
      measurement: 'replicas',
      setting: { records: size, connections, seconds, rounds },
      ratios: [
        ratioOf(
          { name: 'replicas.two-to-one', title: 'throughput: two processes / one', goal: { atLeast: 1 } },
          measured,
          round => round.two!.perSecond,
          round => round.one!.perSecond,
        ),
      ],
      figures: [
        figure('one', 'perSecond', '/s'),
        figure('two', 'perSecond', '/s'),
        figure('one', 'p99', 'ms'),
        figure('two', 'p99', 'ms'),
        figure('one', 'cpu', 'µs of CPU a pull, exchange and PostgreSQL'),
        figure('two', 'cpu', 'µs of CPU a pull, exchange and PostgreSQL'),
      ],
    }
  } finally {
    await stand.close()
  }
}

const sum = (values: number[]) => values.reduce((one, other) => one + other, 0)

const together = (runs: Measured[], cpu: Record<string, number>): Run => ({
  perSecond: sum(runs.map(run => run.perSecond)),
  p99: Math.max(...runs.map(run => run.p99)),
  cpu: (sum(Object.values(cpu)) / sum(runs.map(run => run.answered))) * 1e6,
})

async function mustBeGapless({ database }: Awaited<ReturnType<typeof openStand>>): Promise<void> {
  const { rows } = await database.query<{ whole: boolean }>(
    `select sum(batch.size) = head.size and max(first + batch.size) = head.size as whole
     from access_log_batch as batch, access_log_head as head group by head.size`,
  )
  if (!rows[0]?.whole) throw new Error('the log has a gap')
}
