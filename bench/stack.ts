/** How long the services take to start once they are set up, and the exchange to stop in the middle of pulls. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeStack, startStack } from '../services/local/stack.ts'
import { figureOf, type Outcome } from './figures.ts'
import { loggedPulls } from './log/logged-pulls.ts'
import type { BenchOptions } from './options.ts'
import { settle } from './stand/fill-store.ts'
import { fillPulled, pullPlan, single } from './stand/pull-load.ts'
import { openStand, type Stand } from './stand/stand.ts'

const size = 10_000
const pullers = 64

export async function measureStack({ rounds, seconds, say }: BenchOptions): Promise<Outcome> {
  const stops = await stopTimes(rounds, Math.min(seconds, 3), say)
  const starts = await startTimes(rounds, say)
  return {
    measurement: 'stack',
    setting: { pullers, rounds },
    ratios: [],
    figures: [
      figureOf({ name: 'stack.start', title: 'all services up, once set up', unit: 's', goal: { atMost: 8 } }, starts),
      figureOf({ name: 'stack.stop', title: 'exchange stopped under load', unit: 's', goal: { atMost: 2 } }, stops),
    ],
  }
}

async function stopTimes(rounds: number, seconds: number, say: BenchOptions['say']): Promise<number[]> {
  const stand = await openStand()
  try {
    await fillPulled(stand, 0, size)
    await settle(stand.database)
    const stops: number[] = []
    for (let round = 0; round < rounds; round++) {
      stops.push(await stopUnderLoad(stand, seconds))
      await stand.stack.parts.exchange.start()
      say(`stopped in ${stops.at(-1)!.toFixed(2)} s`)
    }
    return stops
  } finally {
    await stand.close()
  }
}

async function startTimes(rounds: number, say: BenchOptions['say']): Promise<number[]> {
  const directory = await mkdtemp(join(tmpdir(), 'datarun-bench-'))
  const starts: number[] = []
  try {
    await (await startStack({ directory })).stop()
    for (let round = 0; round < rounds; round++) {
      const started = performance.now()
      const stack = await startStack({ directory })
      starts.push((performance.now() - started) / 1000)
      await stack.stop()
      say(`services up in ${starts.at(-1)!.toFixed(2)} s`)
    }
    return starts
  } finally {
    await removeStack(directory)
  }
}

/** Seconds. @throws where a pull that was answered is not in the log. */
async function stopUnderLoad(stand: Stand, seconds: number): Promise<number> {
  const { stack } = stand
  const ask = { dataset: single, receipt: false as const }
  const plan = await pullPlan(stand, `${stack.hub}/v1/pulls`, ask, { size, connections: pullers, seconds })
  const answered: string[] = []
  let stopping = false
  const pull = async (n: number) => {
    for (let at = n; ; at += pullers) {
      const request = { method: 'POST', headers: plan.headers, body: plan.bodies[at % plan.bodies.length]! }
      try {
        const response = await fetch(plan.url, request)
        if (response.status === 200) answered.push(((await response.json()) as { pull: string }).pull)
        else if (!stopping) throw new Error(`a pull was answered ${response.status}`)
        else return
      } catch (error) {
        if (stopping) return
        throw error
      }
    }
  }
  const pulling = Promise.all(Array.from({ length: pullers }, (_, n) => pull(n)))
  await Promise.race([new Promise(resolve => setTimeout(resolve, seconds * 1000)), pulling])
  stopping = true
  const started = performance.now()
  await stack.parts.exchange.stop()
  const took = (performance.now() - started) / 1000
  await pulling
  await mustBeLogged(stand, answered)
  return took
}

async function mustBeLogged({ database }: Stand, pulls: string[]): Promise<void> {
  const logged = new Set(await loggedPulls(database))
  const missing = pulls.filter(pull => !logged.has(pull))
  if (missing.length > 0)
    throw new Error(`${pulls.length} pulls were answered, ${missing.length} of them are not in the log`)
}
