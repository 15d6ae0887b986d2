/**
 * The PostgreSQL and the Kafka that tests run on: in containers (testcontainers) where a container engine answers, else as
 * services/local starts them. TEST_BACKEND=containers|local forces one.
 */
import type { KafkaSecurity } from '../../services/local/kafka-properties.ts'
import { containersBackend, findTrouble } from './backend-containers.ts'
import { localBackend } from './backend-local.ts'

/** A server that a test may pull the plug of. Address and data stay the same from one start to the next. */
export type TestServer = {
  start(): Promise<void>
  /** As a power cut would. */
  kill(): Promise<void>
  /** Ends it and removes its data. */
  remove(): Promise<void>
}
/** `urlOf` gives the superuser's address. */
export type TestPostgres = TestServer & { urlOf(database: string): string }
export type TestKafka = TestServer & { brokers: string[] }

export type PostgresWish = {
  /** True where the test pulls the plug: commits then wait for the disk. */
  durable: boolean
}

export type Backend = {
  name: 'containers' | 'local'
  startPostgres(wish: PostgresWish): Promise<TestPostgres>
  /** With security, the issuer must be up. */
  startKafka(security: KafkaSecurity | 'none'): Promise<TestKafka>
}

/** @throws if the choice is unknown, or names containers and there is no way to run them. */
export async function chooseBackend(choice: string | undefined): Promise<Backend> {
  if (choice === 'local') return localBackend()
  if (choice && choice !== 'containers') throw new Error(`TEST_BACKEND is ${choice}: it can be containers or local`)
  const trouble = await findTrouble()
  if (!trouble) return containersBackend()
  if (choice) throw new Error(`TEST_BACKEND=containers, but ${trouble}: mend that, or use TEST_BACKEND=local`)
  return localBackend()
}
