/** How long the services take to start, once they are set up. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeStack, startStack } from '../services/local/stack.ts'
import { figureOf, type Outcome } from './figures.ts'
import type { BenchOptions } from './options.ts'

export async function measureStart({ rounds, say }: BenchOptions): Promise<Outcome> {
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
  } finally {
    await removeStack(directory)
  }
  const about = { name: 'start.services', title: 'all services up, once set up', unit: 's', goal: { atMost: 8 } }
  return { measurement: 'start', setting: { rounds }, ratios: [], figures: [figureOf(about, starts)] }
}
