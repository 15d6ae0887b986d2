/** A sequence that came once in microseconds: what comes later is told to the steward, and two people set it right. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { insertReset } from '../../../../../services/exchange/records/registry/sequence-reset-store.ts'
import { inTransaction, type Transaction } from '../../../../../services/postgres/transaction.ts'
import {
  type PermitEvent,
  permitMessage,
  registerDepartment,
  registerSystem,
} from '../../../../support/city-department.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'
import { whenTakenIn } from '../../../../support/record-stream.ts'

const department = uniqueDepartment('permits')
const dataset = `${department}.permit`
const [first, second] = [`${department}/registry`, `${department}/desk`]
const now = Date.now()
let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  await registerSystem(hub, department, 'desk', ['steward'])
})
afterAll(() => hub?.close())

async function publish(...events: PermitEvent[]) {
  const publisher = await hub.kafka.publisher()
  const messages = events.map(event => permitMessage(department, event))
  await publisher.publish(`datarun.${dataset}`, messages)
  await publisher.close()
  await whenTakenIn(hub, `datarun.${dataset}`)
}
async function stands(key: string) {
  const query = 'select status, sequence from record where dataset = $1 and key = $2'
  return (await hub.database.pool.query(query, [dataset, key])).rows[0]
}
const rejections = async () =>
  (await hub.call('GET', `/v1/datasets/${dataset}/rejections`, first)).body.items as {
    id: number
    code: string
    pointer: string
  }[]
const resets = `/v1/datasets/${dataset}/sequence-resets`

test('a leap is rejected and told, and later versions count as before', async () => {
  await publish({ number: 'P-1', sequence: now - 10 }, { number: 'P-1', sequence: now * 1_000, change: 'changed' })
  await publish({ number: 'P-1', sequence: now, change: 'revoked' })
  expect((await rejections())[0]).toMatchObject({ code: 'SEQUENCE_LEAPS', pointer: 'header:ce_sequence' })
  expect(await stands('P-1')).toEqual({ status: 'revoked', sequence: now })
})

test('a revocation behind a wrong first sequence is told; two people reset the record, and it is replayed', async () => {
  await publish({ number: 'P-2', sequence: now * 1_000 })
  await publish({ number: 'P-2', sequence: now, change: 'revoked' })
  const [told] = await rejections()
  expect(told).toMatchObject({ code: 'SEQUENCE_BEHIND', pointer: 'header:ce_sequence' })
  const replay = `/v1/datasets/${dataset}/rejections/${told!.id}/replay`
  expect(await hub.call('POST', replay, first)).toMatchObject({ status: 422, body: { code: 'SEQUENCE_BEHIND' } })

  const ask = { key: 'P-2', reason: 'microseconds by mistake' }
  const asked = await hub.call('POST', resets, first, ask)
  expect(asked).toMatchObject({ status: 201, body: { state: 'asked', askedBy: first } })
  expect((await hub.call('POST', resets, second, ask)).body.id).toBe(asked.body.id)
  const approve = `${resets}/${asked.body.id}/approve`
  expect(await hub.call('POST', approve, first)).toMatchObject({ status: 403, body: { code: 'NOT_ALLOWED' } })
  expect(await stands('P-2')).toMatchObject({ status: 'valid' })
  for (const _again of [1, 2])
    expect(await hub.call('POST', approve, second)).toMatchObject({ status: 200, body: { state: 'approved' } })
  expect((await hub.call('POST', `${resets}/${asked.body.id}/decline`, 'hub/operator')).status).toBe(409)

  expect((await hub.call('POST', replay, first)).body).toEqual({ outcome: 'stored' })
  expect(await stands('P-2')).toEqual({ status: 'revoked', sequence: now })
  await publish({ number: 'P-2', sequence: now - 5, change: 'resumed' })
  expect(await stands('P-2')).toEqual({ status: 'revoked', sequence: now })
})

test('a dataset that turns to another unit is reset as a whole, once', async () => {
  await publish({ number: 'P-3', sequence: now }, { number: 'P-4', sequence: now })
  const asked = await hub.call('POST', resets, second, { reason: 'from now on microseconds' })
  await hub.call('POST', `${resets}/${asked.body.id}/approve`, 'hub/operator')
  await publish({ number: 'P-3', sequence: now * 1_000 }, { number: 'P-4', sequence: now * 1_000 })
  expect(await stands('P-3')).toMatchObject({ sequence: now * 1_000 })
  await publish({ number: 'P-4', sequence: now + 1 })
  expect((await rejections())[0]).toMatchObject({ code: 'SEQUENCE_BEHIND' })
})

/** `datarun sequence-reset …` as it is typed. */
async function datarun(who: string, ...words: string[]) {
  const { file } = await hub.issuer.keys.of(who)
  const env = {
    PATH: process.env.PATH,
    DATARUN_HUB_URL: hub.exchange.address,
    DATARUN_ISSUER: hub.issuer.issuer,
    DATARUN_SYSTEM: who,
    DATARUN_SYSTEM_KEY_FILE: file,
  }
  const child = spawn(process.execPath, ['services/cli/main.ts', 'sequence-reset', ...words], { env })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, out, err }
}

test('the same from the command line: asked, listed, not approved by who asked, declined by another', async () => {
  const asked = await datarun(first, 'ask', dataset, '--record', 'P-9', '--reason', 'a trial')
  expect(asked).toMatchObject({ code: 0, err: '', out: expect.stringContaining('asked: record P-9') })
  const [id] = asked.out.split(' ')
  expect((await datarun(first, 'list', dataset)).out).toContain(asked.out)
  expect(await datarun(first, 'approve', dataset, id!)).toMatchObject({
    code: 1,
    err: expect.stringContaining('NOT_ALLOWED'),
  })
  expect((await datarun(second, 'decline', dataset, id!)).out).toContain(`declined: record P-9, asked by ${first}`)
})

test('each step is in the access log, a refused one too; another department finds nothing', async () => {
  const all = await parsedEntries<{ decision: string; content: { noun?: string; key?: string } }>(hub.database.pool)
  const steps = all.filter(({ content }) => content.noun === 'sequence-reset')
  expect(steps.map(({ content }) => content.key)).toContain('P-9')
  expect(steps.filter(({ decision }) => decision === 'refuse')).toHaveLength(3)
  const other = uniqueDepartment('other')
  await registerDepartment(hub, other)
  expect((await hub.call('GET', resets, `${other}/registry`)).status).toBe(404)
  await eventually(async () => (await hub.call('GET', resets, first)).body.items.length === 3)
})

test('a reset that is asked for again in the moment in which it is answered is one that waits', async () => {
  const { pool } = hub.database
  const asked = { id: 'one', dataset, key: 'P-again', reason: 'unit', askedAt: new Date(now), askedBy: first }
  await inTransaction(pool, tx => insertReset(tx, asked))
  const approve = `update sequence_reset set state = 'approved', answered_at = now(), answered_by = $1 where id = 'one'`
  let answered: Promise<unknown> | undefined
  const found = await inTransaction(pool, async tx => {
    const query = async (text: string, values: unknown[]) => {
      const done = await tx.query(text, values)
      answered ??= pool.query(approve, [second])
      await Promise.race([answered, sleep(300)])
      return done
    }
    return insertReset({ query } as unknown as Transaction, { ...asked, id: 'other' })
  })
  await answered
  expect(found).toMatchObject({ key: 'P-again', state: 'asked' })
})
