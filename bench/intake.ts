/** Publishing through an adapter, the hub being away: by HTTP in batches, and from a CSV file; and what a row costs. */
import { measureIntake } from './adapter/intake.ts'
import { fileToKafka, rowsToMessages } from './adapter/rows.ts'
import { makeStand } from './adapter/stand.ts'
import { type Figure, figureOf, type Outcome } from './figures.ts'
import type { BenchOptions } from './options.ts'

export async function measureAdapter({ quick, rounds, seconds, say }: BenchOptions): Promise<Outcome> {
  const stand = await makeStand(quick ? 20_000 : 60_000)
  try {
    const rows = [await rowsToMessages(stand)]
    const { messages } = rows[0]!
    const files: Awaited<ReturnType<typeof fileToKafka>>[] = []
    const intakes: Awaited<ReturnType<typeof measureIntake>>[] = []
    for (let round = 0; round < rounds; round += 1) {
      if (round > 0) rows.push(await rowsToMessages(stand))
      files.push(await fileToKafka(stand))
      const intake = await measureIntake(stand, messages, seconds)
      if (intake.bad > 0) throw new Error(`${intake.bad} requests were not answered with 200`)
      say(
        `intake: ${intake.recordsPerSecond.toFixed(0)} records/s, file: ${files.at(-1)!.rowsPerSecond.toFixed(0)} rows/s`,
      )
      intakes.push(intake)
    }
    const bytes = messages.reduce((sum, { value }) => sum + value.length, 0) / messages.length
    return {
      measurement: 'intake',
      setting: { 'rows of the file': rows[0]!.rows, 'bytes of a record': Math.round(bytes), seconds, rounds },
      ratios: [],
      figures: [...figuresOf(intakes), ...ofFiles(files, rows)],
    }
  } finally {
    await stand.close()
  }
}

const figure = (name: string, title: string, unit: string, values: number[], goal?: Figure['goal']): Figure =>
  figureOf({ name: `intake.${name}`, title, unit, ...(goal && { goal }) }, values)

function figuresOf(runs: Awaited<ReturnType<typeof measureIntake>>[]): Figure[] {
  const of = (key: keyof (typeof runs)[number]) => runs.map(run => run[key])
  const title = 'by HTTP, batches of 100 over 8 connections'
  const mebibytes = of('memory').map(bytes => bytes / 2 ** 20)
  return [
    figure('perSecond', title, 'records/s', of('recordsPerSecond'), { atLeast: 20_000 }),
    figure('p50', 'a batch’s answer, p50', 'ms', of('p50')),
    figure('p99', 'a batch’s answer, p99', 'ms', of('p99')),
    figure('cost', 'adapter, by HTTP', 'µs of CPU a record', of('cost')),
    figure('memory', 'adapter, by HTTP: memory', 'MiB', mebibytes),
  ]
}

function ofFiles(files: Awaited<ReturnType<typeof fileToKafka>>[], rows: { cost: number }[]): Figure[] {
  return [
    figure(
      'file',
      'CSV file → acknowledged by Kafka',
      'rows/s',
      files.map(({ rowsPerSecond }) => rowsPerSecond),
    ),
    figure(
      'file-cost',
      'adapter, from the file',
      'µs of CPU a row',
      files.map(({ cost }) => cost),
    ),
    figure(
      'row',
      'row → message: parse, map, validate, stringify, headers',
      'µs of CPU a row',
      rows.map(({ cost }) => cost),
    ),
  ]
}
