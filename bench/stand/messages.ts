/** Messages of one dataset as an adapter publishes them: number n is the record of resident n. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type OutgoingMessage, writeEnvelope } from '../../services/contract/envelope.ts'
import { createLog } from '../../services/contract/log.ts'
import { connectKafka, type Publisher } from '../../services/kafka/kafka.ts'
import { repository } from '../../services/local/places.ts'
import { residentId } from './residents.ts'
import type { Stand } from './stand.ts'

export const dataset = 'public-security.resident-identity'
export const topic = `datarun.${dataset}`
const system = 'public-security/population-register'

export async function messageMaker(): Promise<(n: number) => OutgoingMessage> {
  const path = join(repository, 'schemas', dataset.replace('.', '/'), 'v1.cases.json')
  const sample = JSON.parse(await readFile(path, 'utf8')).valid[0].record
  return n => {
    const key = `SF3101152026${String(n).padStart(7, '0')}`
    return writeEnvelope({
      id: `bench:${n}`,
      system,
      dataset,
      key,
      change: 'issued',
      time: '2026-11-01T08:00:00Z',
      schemaVersion: 1,
      sequence: 1,
      data: { ...sample, certificateNumber: key, holder: { ...sample.holder, id: residentId(n) } },
    })
  }
}

export const openPublisher = ({ stack, tokenOf }: Stand): Promise<Publisher> =>
  connectKafka({
    brokers: stack.brokers,
    clientId: system,
    log: createLog('bench', 'silent'),
    token: () => tokenOf(system),
  }).publisher()

const batchSize = 1_000

export async function publishMany(publisher: Publisher, from: number, to: number): Promise<void> {
  const make = await messageMaker()
  for (let start = from; start < to; start += batchSize) {
    const size = Math.min(batchSize, to - start)
    await publisher.publish(
      topic,
      Array.from({ length: size }, (_, i) => make(start + i)),
    )
  }
}
