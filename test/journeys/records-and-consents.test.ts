/** Changes of a record and of a consent, as the department that pulls sees it, on two processes of one hub. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type AttackedHub, consentTo, openAttackedHub, publishTo, pullOf } from '../support/attacked-hub.ts'
import { must, permitMessage } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { type ExchangeProcess, startExchangeProcess } from '../support/exchange-process.ts'

let hub: AttackedHub
let second: ExchangeProcess

beforeAll(async () => {
  hub = await openAttackedHub()
  second = await startExchangeProcess(hub)
})
afterAll(async () => {
  await second?.stop()
  await hub?.close()
})

type Seen = { key: string; version: number; status: string; data: { income: number } }

const asUser = () => `${hub.user}/registry`
const pull = () => hub.call('POST', '/v1/pulls', asUser(), pullOf(hub))
const pullAtSecond = () => second.call('POST', '/v1/pulls', asUser(), pullOf(hub))

/** Permit P-1 as a pull sees it. */
async function permit(): Promise<Seen | undefined> {
  const records: Seen[] = (await must(pull())).body.results[0].records
  return records.find(({ key }) => key === 'P-1')
}

const publish = (event: Omit<Parameters<typeof permitMessage>[1], 'number'>) =>
  publishTo(hub, hub.dataset, [permitMessage(hub.source, { number: 'P-1', ...event })])

test('a record that is superseded is answered in its new version, and an older one that comes late changes nothing', async () => {
  expect(await permit()).toMatchObject({ version: 1, status: 'valid', data: { income: 100 } })
  await publish({ sequence: 5, change: 'changed', data: { income: 500 } })
  await eventually(async () => (await permit())?.version === 5)
  await publish({ sequence: 3, change: 'changed', data: { income: 300 } })
  await publishTo(hub, hub.dataset, [permitMessage(hub.source, { number: 'P-2', sequence: 1 })])
  await eventually(async () => (await must(pull())).body.results[0].records.length === 2)
  expect(await permit()).toMatchObject({ version: 5, status: 'valid', data: { income: 500 } })
})

test('a record that is revoked is answered as revoked', async () => {
  await publish({ sequence: 6, change: 'revoked', data: { income: 500 } })
  expect(await eventually(async () => ((await permit())?.version === 6 ? permit() : undefined))).toMatchObject({
    status: 'revoked',
  })
})

test('a bad record is rejected and listed with its place, and what stood before stands', async () => {
  await publish({ sequence: 7, data: { income: -1 } })
  const listed = await eventually(async () => {
    const path = `/v1/datasets/${hub.dataset}/rejections`
    return (await hub.call('GET', path, `${hub.source}/registry`)).body.items[0]
  })
  expect(listed).toMatchObject({ code: 'RECORD_INVALID', pointer: '/income', offset: expect.any(Number) })
  expect(await permit()).toMatchObject({ version: 6 })
})

test('a withdrawal confirmed by one process is held by the other from the next pull on, fifty times over', async () => {
  await must(hub.call('POST', `/v1/consents/${hub.consent}/withdraw`, 'alice'))
  const late: string[] = []
  for (let round = 0; round < 50; round++) {
    const given = await must(hub.call('POST', '/v1/consents', 'alice', consentTo(hub.user, hub.dataset, hub.purpose)))
    expect((await pullAtSecond()).status).toBe(200)
    await must(hub.call('POST', `/v1/consents/${given.body.id}/withdraw`, 'alice'))
    const answer = await pullAtSecond()
    if (answer.status !== 403 || answer.body.code !== 'CONSENT_WITHDRAWN') late.push(answer.text)
  }
  expect(late).toEqual([])
})
