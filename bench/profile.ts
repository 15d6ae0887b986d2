/** Where the time of a pull, and of a record taken in, goes: in the exchange by what it runs, in PostgreSQL by statement. */
import { freePort } from '../services/local/ports.ts'
import { exchangeFlags } from '../services/local/stack-settings.ts'
import { type Figure, figureOf, type Outcome } from './figures.ts'
import { load } from './load/load.ts'
import type { BenchOptions } from './options.ts'
import { watchCpu } from './processes.ts'
import { timeByPart } from './profile/parts.ts'
import { profileOf } from './profile/processor-profile.ts'
import { counting, timeByStatement } from './profile/statement-store.ts'
import { settle } from './stand/fill-store.ts'
import { openPublisher, publishMany, topic } from './stand/messages.ts'
import { fillPulled, pullPlan, single } from './stand/pull-load.ts'
import { openStand, type Stand } from './stand/stand.ts'
import { untilTakenIn } from './stand/taken-in.ts'

const connections = 64
/** Seconds. */
const warmUp = 8
const [firstMessages, messages] = [20_000, 60_000]

export async function measureProfile({ quick, records, seconds, say }: BenchOptions): Promise<Outcome> {
  const size = records ?? (quick ? 20_000 : 500_000)
  const stand = await openStand(counting)
  try {
    await fillPulled(stand, 0, size)
    await settle(stand.database)
    await stand.stack.parts.exchange.stop()
    const port = await freePort()
    const { hub, child } = await stand.startReplica([...exchangeFlags, `--inspect=127.0.0.1:${port}`])
    const profiled: Profiled = { stand, hub, port, exchange: child.pid! }
    await pull(profiled, size, warmUp)
    const pulls = await profile(profiled, async () => (await pull(profiled, size, seconds)).answered)
    say(`${pulls.done.toLocaleString('en')} pulls`)
    await takeIn(stand, 0, firstMessages)
    const taken = await profile(profiled, () => takeIn(stand, firstMessages, firstMessages + messages))
    say(`${taken.done.toLocaleString('en')} records taken in`)
    return {
      measurement: 'profile',
      setting: { records: size, connections, seconds, pulls: pulls.done, 'taken in': taken.done },
      ratios: [],
      figures: [...figuresOf('pull', pulls), ...figuresOf('record taken in', taken)],
    }
  } finally {
    await stand.close()
  }
}

type Profiled = { stand: Stand; hub: string; port: number; exchange: number }
/** Times in microseconds, for all that was done. */
type Profile = { done: number; parts: Times; statements: Times; exchange: number; PostgreSQL: number }
type Times = [what: string, microseconds: number][]

const pull = async ({ stand, hub }: Profiled, size: number, seconds: number) =>
  load(
    await pullPlan(stand, `${hub}/v1/pulls`, { dataset: single, receipt: false }, { size, connections, seconds }),
    {},
  )

/** Published while the exchange takes in. */
async function takeIn(stand: Stand, from: number, to: number): Promise<number> {
  const publisher = await openPublisher(stand)
  await Promise.all([publishMany(publisher, from, to), untilTakenIn(stand.database, topic, { from, to })])
  await publisher.close()
  return to - from
}

async function profile({ stand, port, exchange }: Profiled, work: () => Promise<number>): Promise<Profile> {
  const pids = { exchange, PostgreSQL: stand.stack.parts.postgres.pid! }
  const { outcome: counted, profile } = await profileOf(port, () => timeByStatement(stand, () => watchCpu(pids, work)))
  const { outcome: done, cpu } = counted.outcome
  return {
    done,
    parts: timeByPart(profile),
    statements: counted.times.map(([statement, milliseconds]) => [statement, milliseconds * 1e3]),
    exchange: cpu.exchange! * 1e6,
    PostgreSQL: cpu.PostgreSQL! * 1e6,
  }
}

/** Less than a microsecond is left out. */
function figuresOf(what: string, { done, parts, statements, exchange, PostgreSQL }: Profile): Figure[] {
  const figures = (where: string, times: Times) =>
    times.filter(([, time]) => time / done >= 1).map(([part, time]) => figure(`${where}: ${part}`, time))
  const figure = (title: string, time: number) =>
    figureOf({ name: `profile.${nameOf(`${what} ${title}`)}`, title, unit: `µs a ${what}` }, [time / done])
  return [
    ...figures('exchange, main thread', parts),
    figure('exchange: processor time, all threads', exchange),
    ...figures('PostgreSQL', statements),
    figure('PostgreSQL: processor time', PostgreSQL),
  ]
}

const nameOf = (title: string) => title.toLowerCase().replaceAll(/[^a-z]+/g, '-')
