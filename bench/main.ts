import { parseArgs } from 'node:util'
import { isMet, type Outcome } from './figures.ts'
import { measureFreshness } from './freshness.ts'
import { measureGrowth } from './growth.ts'
import { measureIngest } from './ingest.ts'
import { keep } from './keep.ts'
import { measureKills } from './kills.ts'
import type { BenchOptions } from './options.ts'
import { measurePulls } from './pulls.ts'
import { table } from './report.ts'
import { measureStart } from './start.ts'
import { regressions } from './stated.ts'

const help = `npm run bench [-- MEASUREMENT… [--rounds n] [--seconds n] [--records n] [--entries n] [--keep] [--quick]]

  pulls      bare and audited routes, pulls, with receipt, matter, bulk, one connection, two processes, floors
  ingest     topic to registry against Debezium, a CSV file until it can be pulled, memory
  growth     100,000 records against 10 million, with as many log entries; proofs and searches there
  freshness  from Kafka's acknowledgement until a pull answers the record
  start      all services up, once set up
  kills      whether anything is lost, doubled, unlogged or stalled: only where it is named

  --rounds n   of each contender, 5 unless given; kills: how often, 100 unless given
  --seconds n  of each run, 10 unless given
  --records n  how large the registry gets (pulls, growth); --entries n the log (growth)
  --keep       writes tables into docs/performance.md and all numbers beside it
  --quick      pulls alone, within a minute; exit code 1 where a ratio is a quarter worse than stated
`

const measurements: Record<string, (options: BenchOptions) => Promise<Outcome>> = {
  pulls: measurePulls,
  ingest: measureIngest,
  growth: measureGrowth,
  freshness: measureFreshness,
  start: measureStart,
  kills: measureKills,
}
/** Benches for which a minute is enough. */
const whenQuick = ['pulls']
/** Finds out whether promises hold rather than how fast anything is: run where it is named. */
const onlyNamed = ['kills']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    keep: { type: 'boolean', default: false },
    records: { type: 'string' },
    entries: { type: 'string' },
  },
})
if (values.help) {
  process.stdout.write(help)
  process.exit()
}
// The page states what full runs measured, and quick runs are held against it.
if (values.keep && values.quick) throw new Error('--quick measures nothing that could be kept')
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
const unknown = names.find(name => !measurements[name])
if (unknown) throw new Error(`${unknown} is no measurement: ${Object.keys(measurements).join(', ')}`)
const outcomes: Outcome[] = []
for (const name of names) {
  const outcome = await measurements[name]!(options)
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
