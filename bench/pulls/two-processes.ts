/** Two processes of the hub on one database against one: each pulls, and each waits for the other to append to the log. */
import { type Figure, figureOf, ratioOf } from '../figures.ts'
import { load, type Measured } from '../load/load.ts'
import type { BenchOptions } from '../options.ts'
import { watchCpu } from '../processes.ts'
import { runRounds } from '../rounds.ts'
import { untilIndexed } from '../stand/index-lag.ts'
import { pullPlan, single } from '../stand/pull-load.ts'
import type { Stand } from '../stand/stand.ts'

const connections = 64

/** `cpu`: processor microseconds of a pull, in the hub's processes and PostgreSQL. */
type Run = { perSecond: number; p99: number; cpu: number }

/** On a stand that is filled with `size` residents. The ratio comes first. @throws where the log has a gap afterwards. */
export async function measureTwoProcesses(
  stand: Stand,
  size: number,
  { rounds, seconds, say }: BenchOptions,
): Promise<[ratio: Figure, ...Figure[]]> {
  const { hub: replica, child } = await stand.startReplica()
  const pids = { ...stand.pids(), replica: child.pid! }
  const ask = { dataset: single, receipt: false as const }
  const run = async (hubs: string[]): Promise<Run> => {
    const share = { size, connections: connections / hubs.length, seconds }
    const plans = await Promise.all(hubs.map(hub => pullPlan(stand, `${hub}/v1/pulls`, ask, share)))
    const { outcome, cpu } = await watchCpu(pids, async () => {
      const runs = await Promise.all(plans.map(plan => load(plan, {})))
      await untilIndexed(stand.database)
      return runs
    })
    return together(outcome, cpu)
  }
  const contenders = { one: () => run([stand.stack.hub]), two: () => run([stand.stack.hub, replica]) }
  // The second process by itself, until its code is compiled: with half of the load it would lag behind for long.
  for (const hub of [replica, stand.stack.hub, replica]) await run([hub])
  await contenders.two()
  const told = (what: string, { perSecond, p99, cpu }: Run) =>
    say(`${what}: ${perSecond.toFixed(0)}/s, p99 ${p99.toFixed(1)} ms, ${cpu.toFixed(0)} µs of CPU a pull`)
  const measured = await runRounds(rounds, contenders, told)
  await mustBeGapless(stand)
  const figure = (name: 'one' | 'two', what: keyof Run, unit: string) =>
    figureOf(
      { name: `pulls.${name}.${what}`, title: `${name} process${name === 'two' ? 'es' : ''}: ${what}`, unit },
      measured.map(round => round[name]![what]),
    )
  const ratio = ratioOf(
    { name: 'pulls.two-to-one', title: 'throughput: two processes / one', goal: { atLeast: 1 } },
    measured,
    round => round.two!.perSecond,
    round => round.one!.perSecond,
  )
  const both = (what: keyof Run, unit: string) => [figure('one', what, unit), figure('two', what, unit)]
  return [ratio, ...both('perSecond', '/s'), ...both('p99', 'ms'), ...both('cpu', 'µs of CPU a pull')]
}

const sum = (values: number[]) => values.reduce((one, other) => one + other, 0)

const together = (runs: Measured[], cpu: Record<string, number>): Run => ({
  perSecond: sum(runs.map(run => run.perSecond)),
  p99: Math.max(...runs.map(run => run.p99)),
  cpu: (sum(Object.values(cpu)) / sum(runs.map(run => run.answered))) * 1e6,
})

async function mustBeGapless({ database }: Stand): Promise<void> {
  const { rows } = await database.query<{ whole: boolean }>(
    `select sum(batch.size) = head.size and max(first + batch.size) = head.size as whole
     from access_log_batch as batch, access_log_head as head group by head.size`,
  )
  if (!rows[0]?.whole) throw new Error('the log has a gap')
}
