/**
 * `node bench/adapter.ts [--people 60000] [--rounds 3] [--seconds 10]`: what a row costs the adapter, what a file reaches
 * on Kafka, and what the HTTP intake takes in batches of 100 over 8 connections. Medians of the rounds.
 */
import { parseArgs } from 'node:util'
import { createAdapter } from '../services/adapter/adapter.ts'
import { compileEventRules } from '../services/adapter/event.ts'
import { compileMapping } from '../services/adapter/mapping.ts'
import { readyBatches } from '../services/adapter/ready-batches.ts'
import { readAdapterSettings } from '../services/adapter/settings.ts'
import type { OutgoingMessage } from '../services/contract/envelope.ts'
import { isFailure } from '../services/contract/failure.ts'
import { createLog } from '../services/contract/log.ts'
import { compileSchema } from '../services/contract/validation.ts'
import { measureIntake } from './adapter/intake.ts'
import { dataset, makeStand, type Stand } from './adapter/stand.ts'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '60000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
  },
})

const cpuMicroseconds = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}
/** Messages that the load on the intake is made of. */
const mostKept = 20_000
const median = (numbers: number[]) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)]!
const rounds = async <T>(measure: () => Promise<T>): Promise<T[]> => {
  const figures: T[] = []
  for (let round = 0; round < Number(values.rounds); round++) figures.push(await measure())
  return figures
}

async function rowsToMessages({ config, csvFile, schema, entry }: Stand) {
  const validate = compileSchema(schema)
  if (isFailure(validate)) throw new Error(validate.detail)
  const publication = {
    system: config.system,
    dataset,
    schema: { version: 1, keyPointer: entry.key, key: [entry.key.slice(1)], validate },
  }
  const rules = { mapping: compileMapping(config.mapping!), events: compileEventRules(config.event) }
  const start = {
    file: '',
    size: 0,
    modified: 0,
    digest: '',
    rules: '',
    written: Date.now(),
    rows: 0,
    refused: 0,
    reportBytes: 0,
    state: 'reading' as const,
  }
  return async () => {
    const before = cpuMicroseconds()
    const messages: OutgoingMessage[] = []
    let rows = 0
    for await (const batch of readyBatches({ path: csvFile }, start, { config, rules, publication })) {
      if (isFailure(batch)) throw new Error(batch.detail)
      rows += batch.rows
      if (messages.length < mostKept) messages.push(...batch.messages)
    }
    return { cost: (cpuMicroseconds() - before) / rows, rows, messages }
  }
}

async function fileToKafka({ config, freshSettings }: Stand) {
  const adapter = await createAdapter(config, readAdapterSettings(await freshSettings()), {
    log: createLog('bench', 'silent'),
  })
  if (isFailure(adapter)) throw new Error(adapter.detail)
  const before = { cpu: cpuMicroseconds(), time: performance.now() }
  const states = await adapter.publishFiles()
  if (isFailure(states)) throw new Error(states.detail)
  const [{ rows } = { rows: 0 }] = states
  const [cpu, time] = [cpuMicroseconds() - before.cpu, performance.now() - before.time]
  await adapter.close()
  return { rowsPerSecond: rows / (time / 1000), cost: cpu / rows }
}

const print = (what: string, figure: number, unit: string) =>
  console.log(`${what.padEnd(58)} ${figure.toFixed(1).padStart(10)} ${unit}`)

const stand = await makeStand(Number(values.people))
try {
  const measured = await rounds(await rowsToMessages(stand))
  const { messages, rows } = measured[0]!
  const bytes = messages.reduce((sum, { value }) => sum + value.length, 0) / messages.length
  console.log(`${rows} rows of ${dataset}, ${bytes.toFixed(0)} bytes of JSON each`)
  print(
    'row → message: parse, map, validate, stringify, headers',
    median(measured.map(({ cost }) => cost)),
    'µs of CPU',
  )
  const files = await rounds(() => fileToKafka(stand))
  print('CSV file → acknowledged by Kafka', median(files.map(({ rowsPerSecond }) => rowsPerSecond)), 'rows/s')
  print('  of the adapter', median(files.map(({ cost }) => cost)), 'µs of CPU a row')
  print('  peak memory of this process', process.resourceUsage().maxRSS / 1024, 'MiB')
  const { recordsPerSecond, cost, p50, p99, memory, bad } = await measureIntake(stand, messages, Number(values.seconds))
  print('HTTP intake, batches of 100, 8 connections', recordsPerSecond, 'records/s')
  print('  of the adapter', cost, 'µs of CPU a record')
  print('  answer, p50', p50, 'ms')
  print('  answer, p99', p99, 'ms')
  print('  memory of the adapter', memory / 1024 / 1024, 'MiB')
  if (bad > 0) throw new Error(`${bad} requests were not answered with 200`)
} finally {
  await stand.close()
}
