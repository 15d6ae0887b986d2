/** Writes an outcome into docs/performance.md, and all of its numbers as JSON beside it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { repository } from '../services/local/places.ts'
import type { Outcome } from './figures.ts'
import { writeTable } from './page.ts'

const folder = join(repository, 'docs/performance')

export async function keep(outcome: Outcome): Promise<void> {
  await mkdir(folder, { recursive: true })
  const at = new Date().toISOString().slice(0, 10)
  const machine = { cores: cpus().length, memory: `${Math.round(totalmem() / 2 ** 30)} GiB`, node: process.version }
  await writeTable(outcome, `${at}, ${machine.cores} cores, ${machine.memory}, Node ${machine.node}`)
  const measured = { at, machine, ...outcome }
  await writeFile(join(folder, `${outcome.measurement}.json`), `${JSON.stringify(measured, null, 2)}\n`)
}
