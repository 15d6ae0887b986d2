import { expect, test } from '@jest/globals'
import type { Catalogue } from '../../../../../services/exchange/law/catalogue/catalogue.ts'
import { hearOf, knownTo } from '../../../../../services/exchange/records/ingest/known.ts'
import { permitMessage } from '../../../../support/city-department.ts'

/** A process that has not heard yet what another one has committed: it does so when it reads the catalogue again. */
function behind() {
  let refreshed = 0
  const system: Catalogue['system'] = id =>
    refreshed > 0 ? { id, active: true, rights: ['publish'], dpopRequired: false } : undefined
  const refresh = async () => {
    refreshed += 1
  }
  return { hub: { now: () => new Date(), catalogue: { system, refresh } as Catalogue }, refreshed: () => refreshed }
}
const { headers } = permitMessage('permits', { number: 'P-1', sequence: 1 })
const from = (ce_source: string) => ({
  ...{ offset: 0, timestamp: 0, key: null, value: null },
  headers: { ...headers, ce_source },
})

test('a system that another process has just registered is known before its first records are read, at one reading a chunk', async () => {
  const { hub, refreshed } = behind()
  const message = from('/departments/permits/systems/registry')
  await hearOf(hub, [message, message])
  expect(knownTo(hub).publisher('permits/registry')).toBe('may')
  await hearOf(hub, [message])
  expect(refreshed()).toBe(1)
})

test('for what names no system at all the catalogue is not read', async () => {
  const { hub, refreshed } = behind()
  await hearOf(hub, [from('somebody'), { ...from(''), headers: {} }])
  expect(refreshed()).toBe(0)
})
