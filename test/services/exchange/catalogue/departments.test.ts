import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { checkpointTopic } from '../../../../services/exchange/access-log/checkpoint-topic.ts'
import { reservedNames } from '../../../../services/exchange/catalogue/department.ts'
import { creditCodeOf } from '../../../support/credit-code.ts'
import { startTestHub, type TestHub } from '../../../support/exchange.ts'

const title = { zh: '某部门', en: 'Some department' }
let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(() => hub?.close())

const register = (id: string) =>
  hub.call('PUT', `/v1/departments/${id}`, 'hub/operator', { title, creditCode: creditCodeOf(id) })

test('the topic of the checkpoints belongs to no name that a department may have', () => {
  expect(reservedNames).toContain(checkpointTopic.split('.')[1])
})

test.each(reservedNames)(
  'no department, and so no system of one, is registered as %s, and the refusal is logged',
  async id => {
    const answer = await register(id)
    expect([answer.status, answer.body.code]).toEqual([422, 'DEPARTMENT_RESERVED'])
    expect(answer.body.detail).toContain(id)
    const { publicKeys } = await hub.issuer.keys.of(`${id}/writer`)
    const system = { title, jwks: publicKeys }
    const admitted = await hub.call('PUT', `/v1/departments/${id}/systems/writer`, 'hub/operator', system)
    expect([admitted.status, admitted.body.code]).toEqual([422, 'DEPARTMENT_RESERVED'])
    const { rows } = await hub.database.pool.query('select id from department where id = $1', [id])
    expect(rows).toEqual([])
    const logged = await hub.database.pool.query(
      "select code from access_log_entry where kind = 'catalogue' order by index desc limit 1",
    )
    expect(logged.rows).toEqual([{ code: 'DEPARTMENT_RESERVED' }])
  },
)

test('a name that only begins like one of them is a name like any other', async () => {
  expect((await register('access-log-office')).status).toBe(200)
})
