import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { watchCpu } from '../processes.ts'
import type { LoadPlan, LoadResult } from './plan.ts'

/** A load's result with what each named process used for a subject, in processor microseconds. */
export type Measured = LoadResult & { cpu: Record<string, number> }

/** Runs a load in a process of its own; what is done until `finished` is counted too. @throws where anything was not answered with 200. */
export async function load(
  plan: LoadPlan,
  pids: Record<string, number>,
  finished: () => Promise<void> = async () => {},
): Promise<Measured> {
  const { outcome, cpu } = await watchCpu(pids, async () => {
    const result = await runLoad(plan)
    await finished()
    return result
  })
  if (outcome.bad > 0 || outcome.answered === 0)
    throw new Error(`${outcome.bad} of ${outcome.answered} requests to ${plan.url} were not answered with 200`)
  const each = Object.entries(cpu).map(([name, seconds]) => [name, (seconds * 1e6) / outcome.answered])
  return { ...outcome, cpu: Object.fromEntries(each) }
}

async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  child.stdin.end(JSON.stringify(plan))
  const result = (await json(child.stdout)) as LoadResult
  await ended
  return result
}
