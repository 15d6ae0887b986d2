/** `npm run bench [-- pulls|ingest|latency|growth|log|schemas] [--quick] [--rounds n] [--seconds n] [--keep]`. */
import { parseArgs } from 'node:util'
import type { Outcome } from './figures.ts'
import type { BenchOptions } from './options.ts'
import { measurePulls } from './pulls.ts'
import { table } from './report.ts'
import { measureSchemas } from './schemas.ts'

const measurements: Record<string, (options: BenchOptions) => Promise<Outcome>> = {
  pulls: measurePulls,
  schemas: measureSchemas,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
  },
})
const options: BenchOptions = {
  quick: values.quick,
  rounds: Number(values.rounds ?? (values.quick ? 2 : 5)),
  seconds: Number(values.seconds ?? (values.quick ? 2 : 10)),
  say: line => process.stderr.write(`  ${line}\n`),
}
for (const name of positionals.length > 0 ? positionals : Object.keys(measurements)) {
  const outcome = await measurements[name]!(options)
  process.stdout.write(`${table(outcome)}\n`)
}
