/**
 * `npm run bench [-- pulls|ingest|intake|latency|growth|replicas|profile|stack|simulation|log|schemas|console|kills] [--quick] [--rounds n]
 * [--seconds n] [--records n] [--entries n] [--keep]`: all of them but kills where none is named.
 */
import { parseArgs } from 'node:util'
import { measureConsole } from './console.ts'
import { isMet, type Outcome } from './figures.ts'
import { measureGrowth } from './growth.ts'
import { measureIngest } from './ingest.ts'
import { measureAdapter } from './intake.ts'
import { keep } from './keep.ts'
import { measureKills } from './kills.ts'
import { measureLatency } from './latency.ts'
import { measureLog } from './log.ts'
import type { BenchOptions } from './options.ts'
import { measureProfile } from './profile.ts'
import { measurePulls } from './pulls.ts'
import { measureReplicas } from './replicas.ts'
import { table } from './report.ts'
import { measureSchemas } from './schemas.ts'
import { measureSimulation } from './simulation.ts'
import { measureStack } from './stack.ts'
import { regressions } from './stated.ts'

const measurements: Record<string, (options: BenchOptions) => Promise<Outcome>> = {
  pulls: measurePulls,
  ingest: measureIngest,
  intake: measureAdapter,
  latency: measureLatency,
  growth: measureGrowth,
  replicas: measureReplicas,
  profile: measureProfile,
  stack: measureStack,
  simulation: measureSimulation,
  log: measureLog,
  schemas: measureSchemas,
  console: measureConsole,
  kills: measureKills,
}
/** Benches for which a minute is enough. */
const whenQuick = ['pulls']
/** Finds out whether promises hold rather than how fast anything is: run where it is named. */
const onlyNamed = ['kills']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    keep: { type: 'boolean', default: false },
    records: { type: 'string' },
    entries: { type: 'string' },
  },
})
const options: BenchOptions = {
  quick: values.quick,
  rounds: Number(values.rounds ?? (values.quick ? 2 : 5)),
  seconds: Number(values.seconds ?? (values.quick ? 1 : 10)),
  ...(values.records && { records: Number(values.records) }),
  ...(values.rounds && { kills: Number(values.rounds) }),
  ...(values.entries && { entries: Number(values.entries) }),
  say: line => process.stderr.write(`  ${line}\n`),
}
const names =
  positionals.length > 0
    ? positionals
    : values.quick
      ? whenQuick
      : Object.keys(measurements).filter(name => !onlyNamed.includes(name))
const outcomes: Outcome[] = []
for (const name of names) {
  const measure = measurements[name]
  if (!measure) throw new Error(`${name} is no measurement: ${Object.keys(measurements).join(', ')}`)
  const outcome = await measure(options)
  process.stdout.write(`${table(outcome)}\n\n`)
  if (values.keep) await keep(outcome)
  outcomes.push(outcome)
  if (onlyNamed.includes(name) && !outcome.figures.every(isMet)) process.exitCode = 1
}
if (values.quick) {
  const worse = await regressions(outcomes)
  for (const line of worse) process.stdout.write(`${line}\n`)
  if (worse.length > 0) process.exitCode = 1
}
