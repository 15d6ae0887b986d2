/** Keeps out: the end of a consent or an agreement judged by the clock of the process that happens to answer. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openPullCity, type PullCity, takeConsent } from '../../../support/pull-city.ts'

const hour = 3_600_000
let city: PullCity
beforeAll(async () => {
  city = await openPullCity()
})
afterAll(() => city?.close())

const codeOf = async (dataset: string) => {
  const { status, body } = await city.pull({ dataset })
  return status === 200 ? 'PERMIT' : body.code
}

test('a right ends when PostgreSQL’s clock says so, whatever the process’s own clock says', async () => {
  const [byDuty, byConsent] = [await city.addSource(), await city.addSource()]
  const agreement = await city.agree(byDuty.id)
  await city.agree(byConsent.id, { basis: { type: 'consent' } })
  const consent = await takeConsent(city, [byConsent.id])
  for (const { id } of [byDuty, byConsent]) await city.store(id, { key: 'P-1' })
  expect([await codeOf(byDuty.id), await codeOf(byConsent.id)]).toEqual(['PERMIT', 'PERMIT'])

  city.hub.exchange.hub.now = () => new Date(Date.now() - 2 * hour)
  const ended = [new Date(Date.now() - 3 * hour), new Date(Date.now() - hour)]
  for (const [table, id] of [
    ['agreement', agreement],
    ['consent', consent],
  ]) {
    const text = `update ${table} set valid_from = $2, valid_until = $3 where id = $1`
    await city.hub.database.pool.query(text, [id, ...ended])
  }
  expect([await codeOf(byDuty.id), await codeOf(byConsent.id)]).toEqual(['AGREEMENT_EXPIRED', 'CONSENT_EXPIRED'])
})
