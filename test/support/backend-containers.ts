import type { GenericContainer } from 'testcontainers'
import { type KafkaSecurity, kafkaProperties } from '../../services/local/kafka-properties.ts'
import { freePort } from '../../services/local/ports.ts'
import { newSecret } from '../../services/local/secrets.ts'
import type { Backend, PostgresWish, TestKafka, TestPostgres, TestServer } from './backend.ts'

/** As in docker-compose.yml. */
export const postgresImage = 'postgres:18.4'
export const kafkaImage = 'apache/kafka:4.3.1'

export function containersBackend(): Backend {
  return { name: 'containers', startPostgres, startKafka }
}

// Loading it takes most of a second, which a unit test need not pay.
const library = () => import('testcontainers')

/** Containers that tests start, and that testcontainers starts beside them: the way back to this machine, and who clears up unless switched off. */
export async function neededImages(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const { SSHD_IMAGE } = await import('testcontainers/build/port-forwarder/port-forwarder.js')
  const { getReaperImage } = await import('testcontainers/build/reaper/reaper.js')
  const reaper = environment.TESTCONTAINERS_RYUK_DISABLED === 'true' ? [] : [getReaperImage()]
  return [postgresImage, kafkaImage, SSHD_IMAGE, ...reaper]
}

/** Why containers cannot be used; undefined if they can. */
export async function findTrouble(): Promise<string | undefined> {
  const { getContainerRuntimeClient, ImageName } = await library()
  const client = await getContainerRuntimeClient().catch(() => undefined)
  if (!client) return 'no container engine answers'
  for (const name of await neededImages(process.env)) {
    const image = ImageName.fromString(name)
    if (await client.image.exists(image)) continue
    const failed = await client.image.pull(image).catch(() => true)
    if (failed) return `the container engine cannot pull ${name}`
  }
  return undefined
}

async function startPostgres({ durable }: PostgresWish): Promise<TestPostgres> {
  const { GenericContainer, Wait } = await library()
  const password = newSecret()
  const port = await freePort()
  const careless = durable ? [] : ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']
  const server = await startServer(
    new GenericContainer(postgresImage)
      .withEnvironment({ POSTGRES_PASSWORD: password })
      .withCommand(['postgres', '-c', 'max_connections=200', ...careless])
      .withExposedPorts({ container: 5432, host: port })
      // Over TCP: while it initialises the image runs a first server, which listens on a socket file alone.
      .withHealthCheck({
        test: ['CMD', 'pg_isready', '-h', '127.0.0.1', '-U', 'postgres'],
        interval: 200,
        retries: 300,
      })
      .withWaitStrategy(Wait.forHealthCheck()),
  )
  return { ...server, urlOf: database => `postgres://postgres:${password}@127.0.0.1:${port}/${database}` }
}

/** The host's port is chosen before the start, as the broker tells it to its clients. */
async function startKafka(security: KafkaSecurity | 'none'): Promise<TestKafka> {
  const { GenericContainer, Wait } = await library()
  const port = await freePort()
  const seen = security === 'none' ? security : await asSeenFromInside(security)
  const content = kafkaProperties({
    dataDirectory: '/var/lib/kafka/data',
    listenAddress: '0.0.0.0',
    clientHost: '127.0.0.1',
    ports: { client: port, internal: 19_092, controller: 19_093 },
    internalPassword: newSecret(),
    security: seen,
  })
  const options = seen === 'none' ? '' : `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${seen.jwksUrl}`
  const server = await startServer(
    new GenericContainer(kafkaImage)
      .withCopyContentToContainer([{ content, target: '/mnt/shared/config/server.properties' }])
      .withEnvironment({ KAFKA_HEAP_OPTS: '-Xmx512m', KAFKA_OPTS: options })
      .withExposedPorts({ container: port, host: port })
      .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/)),
  )
  return { ...server, brokers: [`127.0.0.1:${port}`] }
}

/** The issuer listens on this machine's loopback address, which a container reaches by another name. */
async function asSeenFromInside(security: KafkaSecurity): Promise<KafkaSecurity> {
  const { TestContainers } = await library()
  const url = new URL(security.jwksUrl)
  await TestContainers.exposeHostPorts(Number(url.port))
  url.hostname = 'host.testcontainers.internal'
  return { ...security, jwksUrl: url.href }
}

async function startServer(plan: GenericContainer): Promise<TestServer> {
  const { getContainerRuntimeClient } = await library()
  const { container } = await getContainerRuntimeClient()
  const started = await plan.start()
  return {
    start: () => started.restart(),
    kill: () => container.getById(started.getId()).kill(),
    remove: async () => void (await started.stop()),
  }
}
