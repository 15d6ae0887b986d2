/** Kafka's own measure of publishing: org.apache.kafka.tools.ProducerPerformance, with the same acknowledgement and size. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { kafkaHome } from '../../services/local/places.ts'
import { messageMaker, topic } from '../stand/messages.ts'
import type { Stand } from '../stand/stand.ts'

const login = {
  'security.protocol': 'SASL_PLAINTEXT',
  'sasl.mechanism': 'OAUTHBEARER',
  'sasl.jaas.config': 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;',
  'sasl.login.callback.handler.class': 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler',
}

/** Records a second, into a topic beside the one that is read. */
export async function producerPerformance(stand: Stand, records: number): Promise<number> {
  const token = join(stand.directory, 'producer-token')
  await writeFile(token, await stand.tokenOf('public-security/population-register'), { mode: 0o600 })
  const settings = {
    ...login,
    'bootstrap.servers': stand.stack.brokers.join(','),
    'sasl.oauthbearer.token.endpoint.url': `file://${token}`,
    acks: 'all',
    'enable.idempotence': 'true',
  }
  const file = join(stand.directory, 'producer.properties')
  await writeFile(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  const { value, headers } = (await messageMaker())(1)
  const size = value.length + Object.entries(headers).flat().join('').length
  const java = (await readFile(join(kafkaHome, 'java'), 'utf8')).trim()
  const { stdout } = await promisify(execFile)(java, [
    `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://${token}`,
    `-Dorg.apache.kafka.sasl.oauthbearer.allowed.files=${token}`,
    ...['-cp', join(kafkaHome, 'libs', '*'), 'org.apache.kafka.tools.ProducerPerformance'],
    ...['--topic', `${topic}.rejected`, '--num-records', String(records), '--record-size', String(size)],
    ...['--throughput', '-1', '--producer.config', file],
  ])
  const found = [...stdout.matchAll(/([\d.]+) records\/sec/g)].at(-1)?.[1]
  if (!found) throw new Error(`ProducerPerformance said: ${stdout.slice(-500)}`)
  return Number(found)
}
