import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { reservedNames } from '../../../../../services/exchange/law/catalogue/department.ts'
import { putSystem } from '../../../../../services/exchange/law/catalogue/put-department.ts'
import { checkpointTopic } from '../../../../../services/exchange/log/keeping/checkpoint-topic.ts'
import type { Broker } from '../../../../../services/exchange/platform/broker.ts'
import { registerDepartment } from '../../../../support/city-department.ts'
import { creditCodeOf } from '../../../../support/credit-code.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

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
    const logged = await parsedEntries(hub.database.pool, 'catalogue')
    expect(logged.at(-1)).toMatchObject({ code: 'DEPARTMENT_RESERVED' })
  },
)

test('a name that only begins like one of them is a name like any other', async () => {
  expect((await register('access-log-office')).status).toBe(200)
})

test('a system is registered with keys that can verify something, each once, and with no private part', async () => {
  await register('keys-office')
  const [first, second] = await Promise.all(
    ['one', 'two'].map(async name => (await hub.issuer.keys.of(`keys-office/${name}`)).publicKeys.keys[0]!),
  )
  const put = async (...keys: object[]) => {
    const path = '/v1/departments/keys-office/systems/desk'
    const { status, body } = await hub.call('PUT', path, 'hub/operator', { title, jwks: { keys } })
    return [status, body.code, body.pointer]
  }
  expect(await put(first!, { ...second, y: first!.y })).toEqual([422, 'KEY_INVALID', '/jwks/keys/1/x'])
  expect(await put({ ...first, alg: 'EdDSA' })).toEqual([422, 'KEY_INVALID', '/jwks/keys/0/alg'])
  expect(await put(first!, { ...second, kid: first!.kid })).toEqual([422, 'KEY_INVALID', '/jwks/keys/1/kid'])
  expect(await put(first!, { ...first, kid: 'again' })).toEqual([422, 'KEY_INVALID', '/jwks/keys/1/x'])
  expect(await put({ ...first, d: 'AAAA' })).toEqual([400, 'BODY_INVALID', '/jwks/keys/0/d'])
  expect((await put(first!, second!))[0]).toBe(200)
})

test('of one system one registration goes at a time: what Kafka lets it do is what stands', async () => {
  const department = 'race-office'
  await registerDepartment(hub, department)
  const id = `${department}/writer`
  const { publicKeys: jwks } = await hub.issuer.keys.of(id)
  let inHand = 0
  const saidToKafka: boolean[] = []
  const keepRights: Broker['keepRights'] = async (_system, _department, { write }) => {
    inHand += 1
    expect(inHand).toBe(1)
    const may = write.length > 0
    await sleep(may ? 60 : 10)
    saidToKafka.push(may)
    inHand -= 1
  }
  const own = hub.exchange.hub
  const caller = { id: 'hub/operator', kind: 'person' as const, roles: ['operator' as const] }
  const put = (rights: 'publish'[]) =>
    putSystem({ ...own, broker: { ...own.broker, keepRights } }, caller, {
      ...{ id, department, title, jwks, active: true, roles: ['system'], rights },
    } as never)
  await Promise.all([put(['publish']), put([]), put(['publish']), put([])])
  const { rows } = await hub.database.pool.query('select rights from department_system where id = $1', [id])
  expect(saidToKafka).toHaveLength(4)
  expect(rows).toEqual([{ rights: saidToKafka.at(-1) ? ['publish'] : [] }])
})
