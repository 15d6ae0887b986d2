/** Apache Kafka on one machine: one KRaft node from Kafka's own jars, on 127.0.0.1 alone. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Child, type ChildPlan, createChild } from './child.ts'
import { type KafkaSecurity, kafkaProperties } from './kafka-properties.ts'
import { kafkaHome } from './places.ts'
import { freePorts, requireFree } from './ports.ts'
import { localSecrets } from './secrets.ts'

const run = promisify(execFile)

type KafkaOptions = {
  /** Where `kafka/`, `logs/kafka.log` and `secrets.json` are kept. */
  directory: string
  /** For clients; a free one unless given. */
  port?: number
  /** With security the issuer must be up: the broker fetches its keys at the start. */
  security: KafkaSecurity | 'none'
  /** True for a broker of some minutes: Java's quick compiler alone, which halves its start. Default false. */
  shortLived?: boolean
  onFailure?: (sentence: string) => void
}

export type Kafka = Child & { readonly brokers: string[] }

/** Formats the storage at the first start, and keeps it. @throws naming the port if it is taken, else with the end of Kafka's log. */
export async function startKafka(options: KafkaOptions): Promise<Kafka> {
  await requireFree([{ setting: 'the port of Kafka', port: options.port }])
  const java = await readJava()
  const home = join(options.directory, 'kafka')
  const properties = join(home, 'server.properties')
  const [client, internal, controller] = (await freePorts(3)) as [number, number, number]
  const ports = { client: options.port ?? client, internal, controller }
  const { kafkaInternal } = await localSecrets(join(options.directory, 'secrets.json'), ['kafkaInternal'])
  await mkdir(home, { recursive: true })
  const dataDirectory = join(home, 'data')
  const { security } = options
  const layout = {
    dataDirectory,
    listenAddress: '127.0.0.1',
    clientHost: '127.0.0.1',
    ports,
    internalPassword: kafkaInternal,
    security,
  }
  await writeFile(properties, kafkaProperties(layout), { mode: 0o600 })
  if (!existsSync(join(dataDirectory, 'meta.properties'))) await format(java, properties)
  const child = createChild(planOf(options, java, properties))
  await child.start()
  return Object.assign(child, { brokers: [`127.0.0.1:${ports.client}`] })
}

const planOf = (options: KafkaOptions, java: string, properties: string): ChildPlan => ({
  name: 'Kafka',
  command: java,
  args: [
    ...machine,
    ...(options.shortLived ? quickCompiler : []),
    ...logging,
    ...allowedUrls(options.security),
    '-cp',
    classPath,
    'kafka.Kafka',
    properties,
  ],
  env: {},
  logFile: join(options.directory, 'logs/kafka.log'),
  stopSignal: 'SIGTERM',
  stopWithin: 20_000,
  isReady: async written => (await written()).includes('Kafka Server started'),
  readyWithin: 90_000,
  ...(options.onFailure && { onFailure: options.onFailure }),
})

const classPath = join(kafkaHome, 'libs', '*')
const machine = ['-Xmx512m', '-Xms128m', '-XX:+UseSerialGC', '-Djava.awt.headless=true']
const quickCompiler = ['-XX:TieredStopAtLevel=1']
const simpleLogger = (name: string, value: string) => `-Dorg.slf4j.simpleLogger.${name}=${value}`
const logging = [
  simpleLogger('defaultLogLevel', 'warn'),
  simpleLogger('log.kafka.server.KafkaRaftServer', 'info'),
  // It prints the tokens that it refuses, which may open other doors. Selector says that one was refused, and from where.
  simpleLogger('log.org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler', 'off'),
  simpleLogger('log.org.apache.kafka.common.network.Selector', 'info'),
  simpleLogger('showDateTime', 'true'),
  simpleLogger('dateTimeFormat', "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
]

/** Kafka fetches keys from no address that its command line does not name. */
const allowedUrls = (security: KafkaOptions['security']) =>
  security === 'none' ? [] : [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${security.jwksUrl}`]

async function readJava(): Promise<string> {
  try {
    return (await readFile(join(kafkaHome, 'java'), 'utf8')).trim()
  } catch {
    throw new Error("Kafka's jars are not here yet: run bash services/local/set-up.sh")
  }
}

async function format(java: string, properties: string) {
  const clusterId = randomBytes(16).toString('base64url')
  const tool = [...quickCompiler, '-XX:+UseSerialGC', simpleLogger('defaultLogLevel', 'error'), '-cp', classPath]
  await run(java, [...tool, 'kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', properties], {
    cwd: '/',
    env: {},
  })
}
