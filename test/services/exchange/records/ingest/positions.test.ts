import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLog } from '../../../../../services/contract/log.ts'
import { type Exchange, startExchange } from '../../../../../services/exchange/exchange.ts'
import { readExchangeSettings } from '../../../../../services/exchange/settings.ts'
import { permitMessage, registerDepartment } from '../../../../support/city-department.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'
import { whenTakenIn } from '../../../../support/record-stream.ts'

const department = uniqueDepartment('moved')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
let hub: TestHub
let exchange: Exchange | undefined

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
})
afterAll(async () => {
  await exchange?.stop()
  await hub?.close()
})

async function takeIn(): Promise<void> {
  const settings = readExchangeSettings({ ...hub.environment, DATARUN_INGEST: 'true' })
  exchange = await startExchange(settings, createLog('test', 'silent'))
  await whenTakenIn(hub, topic)
  await exchange.stop()
  exchange = undefined
}

async function publish(...numbers: string[]) {
  const publisher = await hub.kafka.publisher()
  await publisher.publish(
    topic,
    numbers.map(number => permitMessage(department, { number, sequence: 1 })),
  )
  await publisher.close()
}

async function keys(): Promise<string[]> {
  const text = 'select key from record where dataset = $1 order by key'
  const { rows } = await hub.database.pool.query<{ key: string }>(text, [dataset])
  return rows.map(({ key }) => key)
}

test('after a restore from a backup all that came since is taken in again, though nothing new comes', async () => {
  await publish('P-1', 'P-2', 'P-3', 'P-4', 'P-5')
  await takeIn()
  expect(await keys()).toEqual(['P-1', 'P-2', 'P-3', 'P-4', 'P-5'])
  // Positions in a backup from before the first record.
  await hub.database.pool.query('delete from record')
  await hub.database.pool.query('delete from record_subject')
  await hub.database.pool.query('delete from ingest_offset')
  await takeIn()
  expect(await keys()).toEqual(['P-1', 'P-2', 'P-3', 'P-4', 'P-5'])
})

test('a topic that was made anew is read from its beginning, and what was read before stays as it is', async () => {
  await hub.database.pool.query('update ingest_offset set next_offset = 1000 where topic = $1', [topic])
  await publish('P-6', 'P-7', 'P-8', 'P-9')
  await takeIn()
  expect(await keys()).toEqual(['P-1', 'P-2', 'P-3', 'P-4', 'P-5', 'P-6', 'P-7', 'P-8', 'P-9'])
  expect((await hub.database.pool.query('select from record_history')).rowCount).toBe(0)
})
