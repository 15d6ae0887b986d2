/**
 * Debezium's JDBC sink on Kafka Connect standalone, at its fastest: one text column and a key, upsert in batches of 2,000
 * with the reduction buffer, nothing parsed and nothing validated.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Child, createChild } from '../../../services/local/child.ts'
import { dataHome, kafkaHome } from '../../../services/local/places.ts'
import { freePort } from '../../../services/local/ports.ts'
import { topic } from '../../stand/messages.ts'
import type { Stand } from '../../stand/stand.ts'

const plugins = join(dataHome, 'debezium')

/** Fetches the jars at the first time. Those of Jackson are left out: Connect has its own, and two versions do not mix. */
async function fetchPlugin(): Promise<void> {
  const folder = join(plugins, 'debezium-connector-jdbc')
  if (existsSync(folder)) return
  const part = `${folder}.part`
  const pom = join(import.meta.dirname, 'pom.xml')
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${part}`]
  await promisify(execFile)('mvn', ['-q', '-B', '-f', pom, ...goal])
  for (const name of await readdir(part)) if (/^(jackson|kafka|connect)-/.test(name)) await rm(join(part, name))
  await rename(part, folder)
}

/** Starts it with a consumer group of its own, so that it reads the topic from its beginning into `table`. */
export async function startDebezium(stand: Stand, table: string): Promise<Child> {
  await fetchPlugin()
  const folder = join(stand.directory, table)
  await mkdir(folder, { recursive: true })
  const token = join(folder, 'token')
  await writeFile(token, await stand.tokenOf('hub/exchange'), { mode: 0o600 })
  await writeFile(join(folder, 'worker.properties'), lines(await workerOf(stand, folder, token)))
  await writeFile(join(folder, 'sink.properties'), lines(sinkOf(stand, table)))
  const java = (await readFile(join(kafkaHome, 'java'), 'utf8')).trim()
  const child = createChild({
    name: 'Kafka Connect',
    command: java,
    args: [
      '-Xmx1g',
      `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://${token}`,
      `-Dorg.apache.kafka.sasl.oauthbearer.allowed.files=${token}`,
      '-cp',
      join(kafkaHome, 'libs', '*'),
      'org.apache.kafka.connect.cli.ConnectStandalone',
      join(folder, 'worker.properties'),
      join(folder, 'sink.properties'),
    ],
    env: {},
    logFile: join(folder, 'connect.log'),
    stopSignal: 'SIGTERM',
    stopWithin: 10_000,
    isReady: async () => true,
    readyWithin: 60_000,
  })
  await child.start()
  return child
}

const lines = (all: Record<string, string>) =>
  Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

async function workerOf({ stack }: Stand, folder: string, token: string) {
  const login = {
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'OAUTHBEARER',
    'sasl.jaas.config': 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
    'sasl.login.callback.handler.class': 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler',
    'sasl.oauthbearer.token.endpoint.url': `file://${token}`,
  }
  const forConsumer = Object.entries(login).map(([name, value]) => [`consumer.${name}`, value])
  return {
    'bootstrap.servers': stack.brokers.join(','),
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'offset.storage.file.filename': join(folder, 'offsets'),
    listeners: `http://127.0.0.1:${await freePort()}`,
    'plugin.path': plugins,
    'consumer.max.poll.records': '2000',
    ...login,
    ...Object.fromEntries(forConsumer),
  }
}

function sinkOf({ stack }: Stand, table: string): Record<string, string> {
  const { host, pathname, username, password } = new URL(stack.ownerUrl)
  return {
    name: table,
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    'tasks.max': '1',
    topics: topic,
    'connection.url': `jdbc:postgresql://${host}${pathname}`,
    'connection.username': username,
    'connection.password': password,
    'insert.mode': 'upsert',
    'primary.key.mode': 'record_key',
    'primary.key.fields': 'key',
    'schema.evolution': 'basic',
    'collection.name.format': table,
    'batch.size': '2000',
    'use.reduction.buffer': 'true',
    transforms: 'hoist,hoistKey',
    'transforms.hoist.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
    'transforms.hoist.field': 'body',
    'transforms.hoistKey.type': 'org.apache.kafka.connect.transforms.HoistField$Key',
    'transforms.hoistKey.field': 'key',
  }
}
