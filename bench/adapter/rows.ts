/** The adapter's work on a file: rows into messages, in this process, and a whole file until Kafka has acknowledged it. */
import { createAdapter } from '../../services/adapter/adapter.ts'
import { compileEventRules } from '../../services/adapter/event.ts'
import { compileMapping } from '../../services/adapter/mapping.ts'
import { readyBatches } from '../../services/adapter/ready-batches.ts'
import { placesOf } from '../../services/adapter/schema-places.ts'
import { readAdapterSettings } from '../../services/adapter/settings.ts'
import { createVersionTable } from '../../services/adapter/version-table.ts'
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import type { OutgoingMessage } from '../../services/contract/envelope.ts'
import { isFailure } from '../../services/contract/failure.ts'
import { createLog } from '../../services/contract/log.ts'
import { compileSchema } from '../../services/json-schema/validation.ts'
import { dataset, type Stand } from './stand.ts'

/** Messages that the load on the intake is made of. */
const mostKept = 20_000

const cpuMicroseconds = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Parse, map, validate, stringify, headers; `cost` in microseconds of processor time a row. */
export async function rowsToMessages({ config, csvFile, schema, entry }: Stand) {
  const validate = compileSchema(schema)
  if (isFailure(validate)) throw new Error(validate.detail)
  const publication = {
    system: config.system,
    dataset,
    schema: {
      version: 1,
      keyPointer: entry.key,
      key: [entry.key.slice(1)],
      validate,
      placeOf: placesOf(schema as JsonObject),
    },
  }
  const rules = { mapping: compileMapping(config.mapping!), events: compileEventRules(config.event) }
  const versions = createVersionTable()
  const before = cpuMicroseconds()
  const messages: OutgoingMessage[] = []
  let rows = 0
  for await (const batch of readyBatches({ path: csvFile }, unread(), {
    config,
    rules,
    publication,
    versions,
    now: () => new Date(),
  })) {
    if (isFailure(batch)) throw new Error(batch.detail)
    rows += batch.rows
    if (messages.length < mostKept) messages.push(...batch.messages)
  }
  return { cost: (cpuMicroseconds() - before) / rows, rows, messages }
}

const unread = () => ({
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
})

export async function fileToKafka({ config, freshSettings }: Stand) {
  const settings = readAdapterSettings(await freshSettings())
  const adapter = await createAdapter(config, settings, { log: createLog('bench', 'silent') })
  if (isFailure(adapter)) throw new Error(adapter.detail)
  const before = { cpu: cpuMicroseconds(), time: performance.now() }
  const states = await adapter.publishFiles()
  if (isFailure(states)) throw new Error(states.detail)
  const [{ rows } = { rows: 0 }] = states
  const [cpu, time] = [cpuMicroseconds() - before.cpu, performance.now() - before.time]
  await adapter.close()
  return { rowsPerSecond: rows / (time / 1000), cost: cpu / rows }
}
