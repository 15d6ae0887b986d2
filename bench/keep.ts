/** Writes an outcome into docs/performance.md and beside it: the numbers as JSON, the ratios and the throughputs as charts. */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { repository } from '../services/local/places.ts'
import { barChart } from './chart.ts'
import type { Outcome } from './figures.ts'
import { writeTable } from './page.ts'

const folder = join(repository, 'docs/performance')

export async function keep(outcome: Outcome): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeTable(outcome)
  const machine = { cores: cpus().length, memory: `${Math.round(totalmem() / 2 ** 30)} GiB`, node: process.version }
  const measured = { at: new Date().toISOString().slice(0, 10), machine, ...outcome }
  await writeFile(join(folder, `${outcome.measurement}.json`), `${JSON.stringify(measured, null, 2)}\n`)
  for (const unit of ['×', '/s', 'ms']) {
    const figures = [...outcome.ratios, ...outcome.figures].filter(figure => figure.unit === unit)
    if (figures.length === 0) continue
    const name = { '×': 'ratios', '/s': 'throughput', ms: 'latency' }[unit]
    await writeFile(
      join(folder, `${outcome.measurement}-${name}.svg`),
      barChart(`${outcome.measurement}, ${unit}`, figures),
    )
  }
}
