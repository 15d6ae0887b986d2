/**
 * A broker takes a batch whose records say that they stand anywhere: records that it acknowledged were passed over in silence,
 * or the partition went beyond its end and was read from its beginning again and again.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { rawBatch, rawRecord, sendRaw } from '../support/raw-batches.ts'
import { whenTakenIn } from '../support/record-stream.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(() => hub?.close())

test.each([
  ['at one place', [0, 0, 0]],
  ['backwards', [0, -1, -2]],
  ['before their batch', [-5, -4, 2]],
  ['beyond the end of the log', [0, 1, 1_000_000]],
  ['in another order', [2, 0, 1]],
])('records that say that they stand %s are taken in, each once', async (_where, deltas) => {
  const department = uniqueDepartment('deltas')
  await registerDepartment(hub, department)
  const [dataset, topic] = [`${department}.permit`, `datarun.${department}.permit`]
  const records = deltas.map((delta, n) =>
    rawRecord(permitMessage(department, { number: `P-${n}`, sequence: 1 }), delta),
  )
  await sendRaw(hub.environment.DATARUN_KAFKA_BROKERS!.split(','), topic, rawBatch(records))
  const { pool } = hub.database
  await eventually(async () => {
    const { rows } = await pool.query('select key from record where dataset = $1 order by key', [dataset])
    return rows.map(({ key }) => key).join() === 'P-0,P-1,P-2'
  })
  await whenTakenIn(hub, topic)
  expect((await pool.query('select code from rejection where dataset = $1', [dataset])).rows).toEqual([])
})
