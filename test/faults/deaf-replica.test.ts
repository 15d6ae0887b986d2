/** Keeps out: a replica whose LISTEN connection died without a word releases what was declared withheld, and says it is ready. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLog } from '../../services/contract/log.ts'
import { type Exchange, startExchange } from '../../services/exchange/exchange.ts'
import type { Dataset } from '../../services/exchange/law/catalogue/dataset.ts'
import { readExchangeSettings } from '../../services/exchange/settings.ts'
import { alice, must } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { send } from '../support/exchange.ts'
import { type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy.ts'
import { requirement } from '../support/pull-cases.ts'
import { openPullCity, type PullCity, person, purpose } from '../support/pull-city.ts'

let city: PullCity
let proxy: PostgresProxy
let deaf: Exchange
let permit: Dataset

beforeAll(async () => {
  city = await openPullCity()
  permit = await city.addSource()
  await city.agree(permit.id)
  await city.store(permit.id, { key: 'P-1' })
  await city.putMatter([requirement('permit', [[permit.id]])])
  proxy = await startPostgresProxy(city.hub.database.url)
  const settings = readExchangeSettings({
    ...city.hub.environment,
    DATARUN_DATABASE_URL: proxy.url,
    DATARUN_INGEST: 'false',
  })
  deaf = await startExchange(settings, createLog('deaf', 'silent'))
})
afterAll(async () => {
  proxy?.thaw()
  await deaf?.stop()
  await proxy?.close()
  await city?.close()
})

const call = async (method: string, path: string, as: string, body?: object) =>
  send(deaf.address + path, method, await city.hub.tokenOf(as), body)
const pull = (wanted: object) =>
  call('POST', '/v1/pulls', city.desk, { subject: person(alice), purpose, case: '2026-1', official: 'u-1', ...wanted })
const codeOfDataset = async () => {
  const { status, body } = await pull({ dataset: permit.id })
  return status === 200 ? 'PERMIT' : body.code
}
const putSharing = (sharing: object) => {
  const { id, ...entry } = permit
  return must(city.hub.call('PUT', `/v1/datasets/${id}`, 'hub/operator', { ...entry, sharing }))
}
const ready = async () => (await fetch(`${deaf.address}/readyz`)).json() as Promise<{ ready: boolean; parts: object }>

test('a replica that hears nothing decides by what stands in the database all the same, and says that it is not ready', async () => {
  expect(await codeOfDataset()).toBe('PERMIT')
  await eventually(async () => (await ready()).ready)
  proxy.freeze('datarun-listen')

  await city.hub.database.pool.query(
    `update dataset set entry = jsonb_set(entry, '{sharing}', '{"type": "withheld"}') where id = $1`,
    [permit.id],
  )
  expect(await codeOfDataset()).toBe('DATASET_WITHHELD')

  await putSharing({ type: 'unconditional' })
  expect(await codeOfDataset()).toBe('PERMIT')
  await putSharing({ type: 'withheld', law: '《测试法》第二条' })
  expect(await codeOfDataset()).toBe('DATASET_WITHHELD')
  await putSharing({ type: 'unconditional' })

  await eventually(async () => !(await ready()).ready, { timeout: 10_000 })
  expect((await ready()).parts).toMatchObject({ notifications: 'failing', postgresql: 'ready' })
})

test('a matter that was changed since the pull was checked is decided as it stands now', async () => {
  const requirementsMet = async () => {
    const { body } = await pull({ matter: purpose })
    return body.requirements.map(({ id }: { id: string }) => id)
  }
  await putSharing({ type: 'unconditional' })
  expect(await requirementsMet()).toEqual(['permit'])
  await city.putMatter([requirement('another', [[permit.id]])])
  expect(await requirementsMet()).toEqual(['another'])
})

test('once it hears again it is ready by itself, with all that was changed meanwhile', async () => {
  await city.hub.database.pool.query(
    `update dataset set entry = jsonb_set(entry, '{title,en}', '"Renamed meanwhile"') where id = $1`,
    [permit.id],
  )
  proxy.thaw()
  await eventually(async () => (await ready()).ready, { timeout: 10_000 })
  const { body } = await call('GET', `/v1/datasets/${permit.id}`, city.desk)
  expect(body.title.en).toBe('Renamed meanwhile')
})

test('a right that was taken back from a system holds at once', async () => {
  const setRights = (rights: string) =>
    city.hub.database.pool.query('update department_system set rights = $2 where id = $1', [city.desk, rights])
  proxy.freeze('datarun-listen')
  await setRights('{consents}')
  expect(await codeOfDataset()).toBe('NOT_ALLOWED')
  await setRights('{pull,consents}')
  proxy.thaw()
  await eventually(async () => (await codeOfDataset()) === 'PERMIT')
})
