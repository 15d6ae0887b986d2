/** Keeps out: a hub that says it is ready while no pull can be answered, and pulls without an answer that spend uses. */
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openPullCity, type PullCity, takeConsent } from '../../../support/pull-city.ts'

let city: PullCity
beforeAll(async () => {
  city = await openPullCity()
})
afterAll(() => city?.close())

test('while checkpoints cannot be kept the hub is not ready, and a pull that is not answered spends nothing', async () => {
  const source = await city.addSource()
  await city.agree(source.id, { basis: { type: 'consent' } })
  await city.store(source.id, { key: 'P-1' })
  const consent = await takeConsent(city, [source.id], { uses: 2 })
  const used = async () =>
    (await city.hub.database.pool.query('select used from consent where id = $1', [consent])).rows[0].used
  expect((await city.pull({ dataset: source.id })).status).toBe(200)
  expect(await used()).toBe(1)

  await rm(city.hub.checkpointFile)
  const refused = await city.pull({ dataset: source.id })
  expect([refused.status, refused.body.code]).toEqual([503, 'LOG_UNAVAILABLE'])
  expect(await used()).toBe(1)
  const ready = await city.hub.call('GET', '/readyz')
  expect([ready.status, ready.body.parts.accessLog]).toEqual([503, 'failing'])
  expect(city.hub.log()).toContain('the checkpoint file was removed')
})
