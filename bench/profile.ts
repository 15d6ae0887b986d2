/** Where the time of a pull goes: in the exchange by what it runs, in PostgreSQL by statement. */

import { freePort } from '../services/local/ports.ts'
import { exchangeFlags } from '../services/local/stack-settings.ts'
import { type Figure, figureOf, type Outcome } from './figures.ts'
import { load } from './load/load.ts'
import type { BenchOptions } from './options.ts'
import { timeByPart } from './profile/parts.ts'
import { profileOf } from './profile/processor-profile.ts'
import { counting, timeByStatement } from './profile/statement-store.ts'
import { settle } from './stand/fill-store.ts'
import { fillPulled, pullPlan, single } from './stand/pull-load.ts'
import { openStand } from './stand/stand.ts'

const connections = 64
/** Seconds. */
const warmUp = 8

export async function measureProfile({ quick, records, seconds, say }: BenchOptions): Promise<Outcome> {
  const size = records ?? (quick ? 20_000 : 500_000)
  const stand = await openStand(counting)
  try {
    await fillPulled(stand, 0, size)
    await settle(stand.database)
    await stand.stack.parts.exchange.stop()
    const port = await freePort()
    const { hub, child } = await stand.startReplica([...exchangeFlags, `--inspect=127.0.0.1:${port}`])
    const pull = async (seconds: number) => {
      const ask = { dataset: single, receipt: false as const }
      const plan = await pullPlan(stand, `${hub}/v1/pulls`, ask, { size, connections, seconds })
      return load(plan, { exchange: child.pid!, PostgreSQL: stand.stack.parts.postgres.pid! })
    }
    await pull(warmUp)
    const { outcome, profile } = await profileOf(port, () => timeByStatement(stand, () => pull(seconds)))
    const { outcome: pulls, times } = outcome
    say(`${pulls.answered.toLocaleString('en')} pulls, ${pulls.perSecond.toFixed(0)}/s`)
    const each = (microseconds: number) => microseconds / pulls.answered
    return {
      measurement: 'profile',
      setting: { records: size, connections, seconds, pulls: pulls.answered },
      ratios: [],
      figures: [
        ...figures(
          'exchange, main thread',
          timeByPart(profile).map(([part, time]) => [part, each(time)]),
        ),
        ...figures(
          'PostgreSQL',
          times.map(([statement, time]) => [statement, each(time * 1_000)]),
        ),
        figure('exchange: processor time, all threads', pulls.cpu.exchange!),
        figure('PostgreSQL: processor time', pulls.cpu.PostgreSQL!),
      ],
    }
  } finally {
    await stand.close()
  }
}

/** Less than a microsecond is left out. */
const figures = (where: string, times: [what: string, microseconds: number][]): Figure[] =>
  times.filter(([, time]) => time >= 1).map(([what, time]) => figure(`${where}: ${what}`, time))

const figure = (title: string, microseconds: number): Figure =>
  figureOf({ name: `profile.${nameOf(title)}`, title, unit: 'µs a pull' }, [microseconds])

const nameOf = (title: string) => title.toLowerCase().replaceAll(/[^a-z]+/g, '-')
