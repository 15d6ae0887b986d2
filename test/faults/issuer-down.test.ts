/** The issuer away for longer than a token lives: Kafka lets nobody in then, and all goes on once it is back. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLog } from '../../services/contract/log.ts'
import { createTokenSource } from '../../services/contract/token-source.ts'
import { connectKafka, type Publisher } from '../../services/kafka/kafka.ts'
import type { TestKafka } from '../support/backend.ts'
import { permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { audience } from '../support/issuer.ts'
import { startOwnKafka, uniqueDepartment } from '../support/kafka.ts'
import { createShortIssuer, type ShortIssuer } from '../support/short-issuer.ts'

const department = uniqueDepartment('tokenless')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
let short: ShortIssuer
let kafka: TestKafka
let hub: TestHub
let publisher: Publisher

beforeAll(async () => {
  short = await createShortIssuer({ audience, seconds: 14 })
  await short.open()
  kafka = await startOwnKafka({ ...short, audience, superUsers: ['hub/exchange'] })
  hub = await startTestHub({ own: { kafka, kafkaIssuer: short.issuer } })
  await registerDepartment(hub, department)
  const { privateKey } = await hub.issuer.keys.of(`${department}/registry`)
  const tokens = createTokenSource({ issuer: short.issuer, clientId: `${department}/registry`, privateKey, audience })
  const log = createLog('test', 'silent')
  publisher = await connectKafka({ ...kafka, clientId: 'registry', token: tokens.token, log }).publisher()
}, 120_000)
afterAll(async () => {
  await publisher?.close()
  await hub?.close()
  await kafka?.remove()
  await short?.close()
})

const publish = (number: string) => publisher.publish(topic, [permitMessage(department, { number, sequence: 1 })])
const isStored = async (number: string) => {
  const text = 'select from record where dataset = $1 and key = $2'
  return (await hub.database.pool.query(text, [dataset, number])).rowCount === 1
}

const readiness = async () => (await hub.call('GET', '/readyz')).body

test('records flow again within 10 s after an issuer that was away for longer than its tokens live', async () => {
  await publish('P-1')
  await eventually(() => isStored('P-1'))
  await short.close()
  await eventually(async () => (await readiness()).parts?.ingest === 'failing', { timeout: 40_000, every: 500 })
  await expect(publish('P-2')).rejects.toThrow()
  await short.open()
  await publish('P-3')
  await eventually(() => isStored('P-3'), { timeout: 10_000 })
  await eventually(async () => (await readiness()).ready)
})
