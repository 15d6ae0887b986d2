/** Two processes of the hub on one database against one: each pulls, and each waits for the other to append to the log. */
import { figureOf, type Outcome, ratioOf } from './figures.ts'
import { load, type Measured } from './load/load.ts'
import type { BenchOptions } from './options.ts'
import { runRounds } from './rounds.ts'
import { settle } from './stand/fill-store.ts'
import { fillPulled, pullPlan, single } from './stand/pull-load.ts'
import { openStand } from './stand/stand.ts'

const size = 100_000
const connections = 64

type Run = { perSecond: number; p99: number }

export async function measureReplicas({ rounds, seconds, say }: BenchOptions): Promise<Outcome> {
  const stand = await openStand()
  try {
    await fillPulled(stand, 0, size)
    await settle(stand.database)
    const { hub: replica } = await stand.startReplica()
    const ask = { dataset: single, receipt: false as const }
    const run = async (hubs: string[]): Promise<Run> => {
      const share = { size, connections: connections / hubs.length, seconds }
      const plans = await Promise.all(hubs.map(hub => pullPlan(stand, `${hub}/v1/pulls`, ask, share)))
      return together(await Promise.all(plans.map(plan => load(plan, {}))))
    }
    const contenders = { one: () => run([stand.stack.hub]), two: () => run([stand.stack.hub, replica]) }
    for (const warmUp of Object.values(contenders)) await warmUp()
    const told = (what: string, { perSecond, p99 }: Run) =>
      say(`${what}: ${perSecond.toFixed(0)}/s, p99 ${p99.toFixed(1)} ms`)
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
      ],
    }
  } finally {
    await stand.close()
  }
}

const together = (runs: Measured[]): Run => ({
  perSecond: runs.reduce((sum, run) => sum + run.perSecond, 0),
  p99: Math.max(...runs.map(run => run.p99)),
})

async function mustBeGapless({ database }: Awaited<ReturnType<typeof openStand>>): Promise<void> {
  const { rows } = await database.query<{ whole: boolean }>(
    `select count(*) = size and max(index) = size - 1 as whole from access_log_entry, access_log_head group by size`,
  )
  if (!rows[0]?.whole) throw new Error('the log has a gap')
}
