/** A hub on a Kafka that asks for tokens: what a department's systems may do there, and what nobody may. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import kafkajs from 'kafkajs'
import { createLog } from '../../services/contract/log.ts'
import type { Right } from '../../services/contract/role.ts'
import { startTopicRights } from '../../services/exchange/law/catalogue/keep-topic-rights.ts'
import { connectKafka } from '../../services/kafka/kafka.ts'
import { datasetOf, must, permitMessage, registerDepartment, registerSystem } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { audience } from '../support/issuer.ts'
import { keepReading } from '../support/keep-reading.ts'

const registry = 'permits/registry'
const schemaTool = 'permits/schema-tool'
const own = 'datarun.permits.permit'
const others = 'datarun.leases.permit'
const neighbours = 'datarun.permits-bureau.permit'
const citizen = {
  id: 'li-mei',
  name: { zh: '李梅', en: 'Li Mei' },
  about: { zh: '市民', en: 'Citizen' },
  roles: ['citizen' as const],
}

let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub({ secured: true, people: [citizen] })
  for (const department of ['permits', 'leases', 'permits-bureau']) await registerDepartment(hub, department)
  await registerSystem(hub, 'permits', 'schema-tool', ['system'], ['schemas'])
}, 120_000)
afterAll(() => hub?.close())

const connect = (token: () => Promise<string>, log = createLog('test', 'silent')) => {
  const brokers = hub.environment.DATARUN_KAFKA_BROKERS!.split(',')
  return connectKafka({ brokers, clientId: 'test', token, log })
}

const message = permitMessage('permits', { number: 'P-1', sequence: 1 })

async function publish(topic: string, token: () => Promise<string>, messages = [message]) {
  const publisher = await connect(token).publisher()
  await publisher.publish(topic, messages).finally(() => publisher.close())
}

const asRegistry = () => hub.issuer.tokenOf(registry)
const asSchemaTool = () => hub.issuer.tokenOf(schemaTool)
const asHub = () => hub.issuer.tokenOf('hub/exchange')

/** The messages of a topic, once there are as many as waited for. */
async function keysIn(topic: string, token: () => Promise<string>, { group = topic, waitFor = 1 } = {}) {
  const keys: string[] = []
  const stop = await keepReading(connect(token), {
    groupId: group,
    topics: [topic],
    handle: async ({ messages }) => {
      keys.push(...messages.map(({ key }) => String(key)))
      return 'done'
    },
  })
  await eventually(() => keys.length >= waitFor)
  await stop()
  return keys
}

const bareKafka = (token: () => Promise<string>) =>
  new kafkajs.Kafka({
    brokers: hub.environment.DATARUN_KAFKA_BROKERS!.split(','),
    sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await token() }) },
    retry: { retries: 1, restartOnFailure: async () => false },
    logLevel: kafkajs.logLevel.NOTHING,
  })

/** That reading is refused, and nothing is read. */
async function expectUnreadable(topic: string, token: () => Promise<string>, group = `datarun.permits.${topic}`) {
  const consumer = bareKafka(token).consumer({ groupId: group, allowAutoTopicCreation: false })
  let read = 0
  const crashed = new Promise<Error>(resolve =>
    consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error)),
  )
  const run = async () => {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: async () => {
        read += 1
      },
    })
    return crashed
  }
  const error = await run().catch((caught: Error) => caught)
  await consumer.disconnect()
  // A group that one may not be of is to kafkajs one without a coordinator.
  expect([String(error), read]).toEqual([expect.stringMatching(/authori[sz]|find group coordinator/i), 0])
}

async function putSystem(name: string, rights: Right[], active = true, dpopRequired = false) {
  const { publicKeys: jwks } = await hub.issuer.keys.of(`permits/${name}`)
  const title = { zh: name, en: name }
  await must(
    hub.call('PUT', `/v1/departments/permits/systems/${name}`, 'hub/operator', {
      title,
      jwks,
      rights,
      active,
      dpopRequired,
    }),
  )
}

test('a department writes its own topic', async () => {
  await publish(own, asRegistry)
  expect(await keysIn(own, asHub)).toEqual([message.key])
})

test.each([
  ["another department's topic", others],
  ['the topic of a department whose name begins like its own', neighbours],
  ['its own rejected topic, which the hub alone writes', `${own}.rejected`],
  ["the broker's own topic of offsets", '__consumer_offsets'],
])('a department cannot write to %s', async (_, topic) => {
  await expect(publish(topic, asRegistry)).rejects.toThrow(/authori[sz]/i)
})

test('with its right to publish, or its activity, a system loses the topic with the answer, whatever token it holds', async () => {
  await registerSystem(hub, 'permits', 'fleeting', ['system'], ['publish'])
  const token = await hub.issuer.tokenOf('permits/fleeting')
  const held = async () => token
  await publish(own, held)
  for (const [rights, active] of [[['pull'], true] as const, [['publish', 'schemas'], false] as const]) {
    await putSystem('fleeting', [...rights], active)
    await expect(publish(own, held)).rejects.toThrow(/authori[sz]/i)
    await expectUnreadable(`${own}.rejected`, held)
    await putSystem('fleeting', ['publish'])
    await publish(own, held)
  }
})

test('a dataset that is registered later is written and read by the systems that were there before', async () => {
  const { id, ...entry } = datasetOf('permits', { id: 'permits.late' })
  await must(hub.call('PUT', `/v1/datasets/${id}`, 'hub/operator', entry))
  await publish('datarun.permits.late', asRegistry)
  await expect(publish('datarun.permits.late.rejected', asRegistry)).rejects.toThrow(/authori[sz]/i)
  expect(await keysIn('datarun.permits.late.rejected', asSchemaTool)).toEqual([message.key])
})

test('a system with the right to schemas reads what was rejected of its department, with the reason, and nothing else', async () => {
  await publish(own, asRegistry, [
    { ...message, key: 'P-7', value: 'not json', headers: { ...message.headers, ce_subject: 'P-7' } },
  ])
  const group = 'datarun.permits.why'
  expect(await keysIn(`${own}.rejected`, asSchemaTool, { group })).toEqual(['P-7'])
  await expectUnreadable(own, asSchemaTool)
  await expectUnreadable(`${others}.rejected`, asSchemaTool)
  await expectUnreadable(`${own}.rejected`, asRegistry)
  await expectUnreadable(`${own}.rejected`, asSchemaTool, hub.environment.DATARUN_CONSUMER_GROUP)
  await expect(publish(`${own}.rejected`, asSchemaTool)).rejects.toThrow(/authori[sz]/i)
  await expect(publish(own, asSchemaTool)).rejects.toThrow(/authori[sz]/i)
})

test('a system that must bring proofs of its key has nothing to do at Kafka, which asks for none', async () => {
  const token = await hub.issuer.tokenOf(schemaTool)
  await putSystem('schema-tool', ['schemas'], true, true)
  await expectUnreadable(`${own}.rejected`, async () => token)
  await putSystem('schema-tool', ['schemas'])
})

test('rules that an earlier version made, by prefix, are taken back at the start; those of others are left', async () => {
  const admin = bareKafka(asHub).admin()
  await admin.connect()
  const { AclResourceTypes, ResourcePatternTypes, AclOperationTypes, AclPermissionTypes } = kafkajs
  const rule = (resourceName: string) => ({
    ...{ resourceType: AclResourceTypes.TOPIC, resourceName, resourcePatternType: ResourcePatternTypes.PREFIXED },
    ...{ principal: `User:${registry}`, host: '*', operation: AclOperationTypes.WRITE },
    permissionType: AclPermissionTypes.ALLOW,
  })
  await admin.createAcls({ acl: [rule('datarun.permits.'), rule('another.hub.')] })
  await eventually(() =>
    publish(`${own}.rejected`, asRegistry).then(
      () => true,
      () => false,
    ),
  )
  const rights = startTopicRights(hub.exchange.hub)
  await eventually(() =>
    publish(`${own}.rejected`, asRegistry).then(
      () => false,
      () => true,
    ),
  )
  await rights.stop()
  await publish(own, asRegistry)
  expect((await admin.describeAcls(rule('another.hub.'))).resources).toHaveLength(1)
  await admin.disconnect()
})

test('a department cannot make topics', async () => {
  const admin = await connect(asRegistry).admin()
  const made = admin.createTopics([{ name: 'datarun.permits.another', partitions: 1 }])
  await expect(made.finally(() => admin.close())).rejects.toThrow()
})

test('a department cannot give itself rights', async () => {
  const admin = await connect(asRegistry).admin()
  const given = admin.keepRights(registry, 'datarun.leases.', { write: [others], read: [] })
  await expect(given.finally(() => admin.close())).rejects.toThrow(/authori[sz]/i)
  await expect(publish(others, asRegistry)).rejects.toThrow(/authori[sz]/i)
})

test('a department cannot read what it or others have published', async () => {
  await publish(others, asHub)
  await expectUnreadable(own, asRegistry)
  await expectUnreadable(others, asRegistry)
})

test("a citizen's token opens no topic", async () => {
  await expect(publish(own, () => hub.issuer.signIn('li-mei'))).rejects.toThrow(/authori[sz]/i)
})

/** A token signed with the issuer's true key, or another, that says what it likes. */
async function forge(changes: JWTPayload, key?: JWK): Promise<string> {
  const { keys } = JSON.parse(await readFile(await hub.issuer.keys.issuerFile(), 'utf8')) as { keys: JWK[] }
  const seconds = Math.floor(Date.now() / 1000)
  const claims = {
    iss: hub.issuer.issuer,
    aud: audience,
    sub: 'hub/exchange',
    iat: seconds,
    exp: seconds + 600,
    ...changes,
  }
  const header = { alg: 'ES256', kid: keys[0]!.kid }
  return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key ?? keys[0]!, 'ES256'))
}

test('the forger of these tests could make a good token', async () => {
  await publish(others, () => forge({}))
})

test('whom the issuer names, but nobody registered, writes nothing', async () => {
  await expect(publish(own, () => forge({ sub: 'permits/ghost' }))).rejects.toThrow(/authori[sz]/i)
})

test.each<[string, () => Promise<string>]>([
  ['is garbage', async () => 'garbage'],
  ['is meant for another audience', () => forge({ aud: 'urn:another:hub' })],
  ['comes from another issuer', () => forge({ iss: 'https://evil.example' })],
  ['has expired', () => forge({ iat: 1, exp: 2 })],
  ["is signed with a system's own key", async () => forge({}, (await hub.issuer.keys.of(registry)).privateKey)],
])('a token that %s opens nothing', async (_, make) => {
  await expect(publish(own, make)).rejects.toThrow()
})
