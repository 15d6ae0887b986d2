/** A department's side of one dataset, put together: from its config to what publishes its files and records. */
import { join, resolve } from 'node:path'
import { type Failure, failure, isFailure } from '../contract/failure.ts'
import { type ListeningPlace, listeningTrouble } from '../contract/listening.ts'
import type { Logger } from '../contract/log.ts'
import { createAuthorize, createTokenSource } from '../contract/token-source.ts'
import { connectKafka, type Publisher } from '../kafka/kafka.ts'
import { type Config, configOf } from './config.ts'
import { endpointsOf } from './endpoints.ts'
import { compileEventRules } from './event.ts'
import { type FileSource, publishFiles, watchFiles } from './file-source.ts'
import { createHubSchemas } from './hub-schemas.ts'
import { readKeyFile } from './key-file.ts'
import { compileMapping } from './mapping.ts'
import { type AdapterMetrics, createMetrics } from './metrics.ts'
import { openProgress } from './progress.ts'
import { createPublicationSource, type PublicationSource } from './publication.ts'
import { connectLater, createOutbox } from './publish.ts'
import type { FileState } from './publish-file.ts'
import { createRecordPublisher, type RecordPublisher } from './publish-record.ts'
import { openPublishedVersions } from './published-versions.ts'
import type { Server } from './server.ts'
import { type AdapterSettings, unset } from './settings.ts'
import { sourceFiles } from './sources/files.ts'

/** Handed to an adapter by the program that runs it. */
export type Surroundings = {
  /** Told of what is retried, of schemas that change, of files; never of values. */
  log: Logger
  /** The clock; the machine's unless given. */
  now?: () => Date
  /** Folder that a relative `csv.files` starts from, unless the settings say. */
  folder?: string
  /** Told after every batch of a file. */
  onProgress?: (state: FileState) => void
  /** Shared by the adapters of a process; the adapter's own unless given. */
  metrics?: AdapterMetrics
}

/** One dataset's adapter. What publishes connects at its first use. */
export type Adapter = {
  /** The catalogue's id, `civil-affairs.marriage-certificate`. */
  dataset: string
  /** Whether the config asks for the HTTP intake. */
  hasIntake: boolean
  /** Publishes records that the program has at hand. */
  publisher: RecordPublisher
  /** Publishes what is new in the files of the source. Failures: SOURCE_INVALID (no file), UNAVAILABLE, NOT_ALLOWED, and those of the hub's schema. */
  publishFiles: () => Promise<FileState[] | Failure>
  /** The same again and again, as files appear and change, until `close`. Whatever is away meanwhile is waited for. */
  watchFiles: () => Promise<void>
  /**
   * Opens the intake and `/healthz`; resolves with the address, or undefined where neither intake nor port was asked for.
   * Failure CONFIG_INVALID: the address cannot be had.
   */
  listen: () => Promise<string | undefined | Failure>
  /** Ends the work between two batches, with all that was acknowledged written down. */
  close: () => Promise<void>
}

/**
 * `config` is what a config file holds, as an object; `settings` come from `readAdapterSettings`. Failure CONFIG_INVALID: the config,
 * what it lacks, or the key file; `detail` names the place. Nothing is connected yet. One process publishes a dataset by one adapter.
 */
export async function createAdapter(
  config: unknown,
  settings: AdapterSettings,
  around: Surroundings,
): Promise<Adapter | Failure> {
  const checked = configOf(config)
  if (isFailure(checked)) return checked
  const endpoints = endpointsOf(checked, settings)
  if (isFailure(endpoints)) return endpoints
  if (checked.intake && !settings.intakeToken)
    return failure('CONFIG_INVALID', { pointer: '/intake', detail: needsToken })
  const privateKey = await readKeyFile(settings.systemKeyFile)
  if (isFailure(privateKey)) return privateKey
  const { log, now = () => new Date() } = around
  const { dataset, system, schemaVersion: version = 'latest' } = checked
  const { issuer, hubUrl: url, brokers, tls } = endpoints
  const calling = { issuer, clientId: system, privateKey, audience: settings.audience }
  // Kafka knows no proofs (DPoP), so what is bound to a key is for the hub alone.
  const { token } = createTokenSource(calling)
  const authorize = createAuthorize(calling)
  const kafka = connectKafka({ brokers, clientId: system, tls, log, ...(settings.kafkaSecured && { token }) })
  const state = join(resolve(settings.stateFolder), dataset)
  const schemas = createHubSchemas({ url, authorize, dataset, version, folder: join(state, 'hub'), log, now })
  const publications = createPublicationSource(checked, schemas, now)
  return assemble(checked, settings, { ...around, now, state, publications, kafka: connectLater(kafka) })
}

const needsToken = '/intake needs DATARUN_INTAKE_TOKEN, which its senders bring; make one with `openssl rand -hex 32`'

type Parts = Surroundings & { now: () => Date; state: string; publications: PublicationSource; kafka: Publisher }

async function assemble(config: Config, settings: AdapterSettings, parts: Parts): Promise<Adapter | Failure> {
  const { log, now, state, publications, kafka } = parts
  const { dataset, intake, event } = config
  const outbox = createOutbox(kafka, `datarun.${dataset}`)
  const { metrics = createMetrics() } = parts
  const tally = metrics.forDataset(dataset, outbox.waiting)
  const events = compileEventRules(event)
  const progress = await openProgress(join(state, 'progress'))
  if (isFailure(progress)) return progress
  const versions = await openPublishedVersions(join(state, 'versions', 'published'))
  const stopping = new AbortController()
  const shared = { outbox, versions, tally, now }
  const publisher = createRecordPublisher({ publication: publications.recent, events, ...shared })
  const source: FileSource = {
    ...shared,
    ...{ config, progress, log, publication: publications.fresh },
    rules: { mapping: compileMapping(config.mapping ?? {}), events },
    files: filesOf(config, settings, parts),
    onProgress: parts.onProgress ?? (() => {}),
    told: new Map(),
    signal: stopping.signal,
  }
  const [work, door] = [workUnderway(), createDoor(config, settings, { log, metrics, publisher })]
  return {
    dataset,
    hasIntake: intake !== undefined,
    publisher,
    publishFiles: () => work.during(publishFiles(source)),
    watchFiles: () => work.during(watchFiles(source, lookEvery)),
    listen: door.listen,
    close: async () => {
      stopping.abort()
      await door.close()
      await work.ended()
      await outbox.drained()
      await versions.flush().catch(error => log.warn({ err: error }, 'published versions could not be saved'))
      await kafka.close()
    },
  }
}

function filesOf({ csv }: Config, settings: AdapterSettings, { folder, state }: Parts): FileSource['files'] {
  const start = resolve(settings.sourceFolder || folder || '.')
  return async () => (csv ? sourceFiles(csv.files, start, state) : [])
}

function workUnderway() {
  const working = new Set<Promise<unknown>>()
  return {
    during: async <T>(work: Promise<T>): Promise<T> => {
      working.add(work)
      return work.finally(() => working.delete(work))
    },
    ended: () => Promise.allSettled(working),
  }
}

type Behind = { log: Logger; metrics: AdapterMetrics; publisher: RecordPublisher }

/** The intake and the metrics over HTTP, once somebody asks for them. */
function createDoor({ intake }: Config, settings: AdapterSettings, { log, metrics, publisher }: Behind) {
  let server: Server | undefined
  return {
    listen: async () => {
      const port = settings.port === unset ? intake?.port : settings.port
      if (!intake && port === undefined) return undefined
      // Loaded here alone: most adapters never listen, and fastify takes longer to load than all the rest of them.
      const { createServer } = await import('./server.ts')
      server = createServer({ log, metrics, intake: intake && { publisher, token: settings.intakeToken } })
      return listenOn(server, { host: settings.host || intake?.host || '127.0.0.1', port: port ?? 0 })
    },
    close: async () => server?.close(),
  }
}

const lookEvery = 2_000

async function listenOn(server: Server, place: ListeningPlace): Promise<string | Failure> {
  try {
    return await server.listen(place)
  } catch (error) {
    const detail = listeningTrouble(error, place, placeSettings)
    if (detail === undefined) throw error
    return failure('CONFIG_INVALID', { pointer: '/intake/port', detail })
  }
}

const placeSettings = { host: 'DATARUN_HOST or /intake/host', port: 'DATARUN_PORT or /intake/port' }
