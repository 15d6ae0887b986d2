/** The stand for the adapter's measurements: a department's export, Kafka, and the hub's answers as they were kept last. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, readConfig } from '../../services/adapter/config.ts'
import { isFailure } from '../../services/contract/failure.ts'
import { createLog } from '../../services/contract/log.ts'
import { connectKafka } from '../../services/kafka/kafka.ts'
import { writeCity } from '../../services/local/city/write-city.ts'
import { startKafka } from '../../services/local/kafka.ts'
import { openKeys } from '../../services/local/keys.ts'
import { repository } from '../../services/local/places.ts'

export const dataset = 'public-security.resident-identity'

export type Stand = {
  config: Config
  configFile: string
  csvFile: string
  /** The schema and the catalogue entry, as files of the repository have them. */
  schema: unknown
  entry: { key: string }
  /** Settings of an adapter with nothing done yet. */
  freshSettings(): Promise<Record<string, string>>
  close(): Promise<void>
}

/** The hub is away in these measurements, so that nothing but the adapter and Kafka runs. */
export async function makeStand(people: number): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'datarun-bench-'))
  const { configs } = await writeCity(join(folder, 'city'), { people, seed: 1 })
  const configFile = configs.find(path => path.endsWith(`${dataset}.json`))!
  const config = readConfig(await readFile(configFile, 'utf8'), configFile)
  if (isFailure(config)) throw new Error(config.detail)
  const of = (name: string) =>
    readFile(join(repository, 'schemas', dataset.replace('.', '/'), name), 'utf8').then(JSON.parse)
  const [schema, entry] = await Promise.all([of('v1.schema.json'), of('dataset.json')])
  const kafka = await startKafka({ directory: join(folder, 'kafka'), security: 'none' })
  const admin = await connectKafka({
    brokers: kafka.brokers,
    clientId: 'bench',
    log: createLog('bench', 'silent'),
  }).admin()
  await admin.createTopics([{ name: `datarun.${dataset}`, partitions: 2 }])
  await admin.close()
  const key = await (await openKeys(join(folder, 'keys'))).of(config.system)
  return {
    config,
    configFile,
    csvFile: join(folder, 'city', config.csv!.files),
    schema,
    entry,
    freshSettings: async () => {
      const state = await mkdtemp(join(folder, 'state-'))
      await mkdir(join(state, dataset, 'hub'), { recursive: true })
      const keep = (name: string, body: unknown) =>
        writeFile(join(state, dataset, 'hub', name), JSON.stringify({ etag: null, body }))
      await Promise.all([keep('dataset.json', entry), keep('schema-latest.json', { version: 1, schema })])
      return {
        DATARUN_SYSTEM_KEY_FILE: key.file,
        DATARUN_HUB_URL: 'http://127.0.0.1:1',
        DATARUN_ISSUER: 'http://127.0.0.1:1',
        DATARUN_KAFKA_BROKERS: kafka.brokers.join(','),
        DATARUN_KAFKA_SECURED: 'false',
        DATARUN_STATE_FOLDER: state,
        DATARUN_SOURCE_FOLDER: join(folder, 'city'),
        DATARUN_LOG_LEVEL: 'silent',
      }
    },
    close: async () => {
      await kafka.stop()
      await rm(folder, { recursive: true })
    },
  }
}
