import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { connectKafka, type TopicAdmin } from '../../services/contract/kafka.ts'
import { createLog } from '../../services/contract/log.ts'
import type { TestKafka } from '../support/backend.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { audience, startTestIssuer, type TestIssuer } from '../support/issuer.ts'
import { startOwnKafka } from '../support/kafka.ts'
import { keepReading } from '../support/keep-reading.ts'

const registry = 'civil-affairs/marriage-registry'
const own = 'datarun.civil-affairs.marriage-certificate'
const others = 'datarun.taxation.tax-clearance'
const neighbours = 'datarun.civil-affairs-bureau.permit'
const citizen = {
  id: 'li-mei',
  name: { zh: '李梅', en: 'Li Mei' },
  about: { zh: '市民', en: 'Citizen' },
  roles: ['citizen' as const],
}

let database: TestDatabase
let issuer: TestIssuer
let kafka: TestKafka
let hub: TopicAdmin

beforeAll(async () => {
  database = await createDatabase()
  issuer = await startTestIssuer(database.url, [citizen])
  await registerSystem()
  const { issuer: address, jwksUrl } = issuer
  kafka = await startOwnKafka({ issuer: address, jwksUrl, audience, superUsers: ['hub/exchange'] })
  hub = await connect(() => issuer.tokenOf('hub/exchange')).admin()
  await hub.createTopics([own, others, neighbours].map(name => ({ name, partitions: 1 })))
  await hub.allowWriting(registry, 'datarun.civil-affairs.')
}, 120_000)
afterAll(async () => {
  await hub?.close()
  await kafka?.remove()
  await issuer?.close()
  await database?.drop()
})

async function registerSystem() {
  const { publicKeys } = await issuer.keys.of(registry)
  await database.pool.query(
    `insert into department (id, title, credit_code) values ('civil-affairs', '{}', '11310000002420331X')`,
  )
  await database.pool.query(
    `insert into department_system (id, department, title, jwks) values ($1, 'civil-affairs', '{}', $2)`,
    [registry, JSON.stringify(publicKeys)],
  )
}

const connect = (token: () => Promise<string>, log = createLog('test', 'silent')) =>
  connectKafka({ brokers: kafka.brokers, clientId: 'test', token, log })

const message = { key: 'J310115-2019-000123', value: '{}', headers: {} }

async function publish(topic: string, token: () => Promise<string>) {
  const publisher = await connect(token).publisher()
  await publisher.publish(topic, [message]).finally(() => publisher.close())
}

const asRegistry = () => issuer.tokenOf(registry)

/** What the hub can read of a topic. */
async function keysIn(topic: string, { waitFor }: { waitFor: number }) {
  const keys: string[] = []
  const stop = await keepReading(
    connect(() => issuer.tokenOf('hub/exchange')),
    {
      groupId: `reader-of-${topic}`,
      topics: [topic],
      handle: async ({ messages }) => {
        keys.push(...messages.map(({ key }) => String(key)))
        return 'done'
      },
    },
  )
  await eventually(() => keys.length >= waitFor)
  await stop()
  return keys
}

test('a department writes its own topic', async () => {
  await publish(own, asRegistry)
  expect(await keysIn(own, { waitFor: 1 })).toEqual([message.key])
})

test.each([
  ["another department's topic", others],
  ['the topic of a department whose name begins like its own', neighbours],
  ["the broker's own topic of offsets", '__consumer_offsets'],
])('a department cannot write to %s', async (_, topic) => {
  await expect(publish(topic, asRegistry)).rejects.toThrow(/authori[sz]/i)
})

test('a system whose right to publish was taken back writes nothing more, and again once it has it', async () => {
  await hub.forbidWriting(registry, 'datarun.civil-affairs.')
  await eventually(() =>
    publish(own, asRegistry).then(
      () => false,
      (error: Error) => /authori[sz]/i.test(error.message),
    ),
  )
  await hub.allowWriting(registry, 'datarun.civil-affairs.')
  await publish(own, asRegistry)
})

test('a department cannot make topics', async () => {
  const admin = await connect(asRegistry).admin()
  const made = admin.createTopics([{ name: 'datarun.civil-affairs.another', partitions: 1 }])
  await expect(made.finally(() => admin.close())).rejects.toThrow()
})

test('a department cannot give itself rights', async () => {
  const admin = await connect(asRegistry).admin()
  const given = admin.allowWriting(registry, 'datarun.taxation.')
  await expect(given.finally(() => admin.close())).rejects.toThrow(/authori[sz]/i)
  await expect(publish(others, asRegistry)).rejects.toThrow(/authori[sz]/i)
})

test('a department cannot read what others have published', async () => {
  await publish(others, () => issuer.tokenOf('hub/exchange'))
  let log = ''
  let read = 0
  const write = (line: string) => {
    log += line
  }
  const consumption = await connect(asRegistry, createLog('test', 'debug', { write }))
    .consume({
      groupId: 'spy',
      topics: [others],
      handle: async ({ messages }) => {
        read += messages.length
        return 'done'
      },
    })
    .catch((error: Error) => error)
  if (consumption instanceof Error) return expect(consumption.message).toMatch(/authori[sz]/i)
  await eventually(() => /authori[sz]/i.test(log))
  await consumption.stop()
  expect(read).toBe(0)
})

test("a citizen's token opens no topic", async () => {
  await expect(publish(own, () => issuer.signIn('li-mei'))).rejects.toThrow(/authori[sz]/i)
})

/** A token signed with the issuer's true key, or another, that says what it likes. */
async function forge(changes: JWTPayload, key?: JWK): Promise<string> {
  const { keys } = JSON.parse(await readFile(await issuer.keys.issuerFile(), 'utf8')) as { keys: JWK[] }
  const seconds = Math.floor(Date.now() / 1000)
  const claims = {
    iss: issuer.issuer,
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

test.each<[string, () => Promise<string>]>([
  ['is garbage', async () => 'garbage'],
  ['is meant for another audience', () => forge({ aud: 'urn:another:hub' })],
  ['comes from another issuer', () => forge({ iss: 'https://evil.example' })],
  ['has expired', () => forge({ iat: 1, exp: 2 })],
  ["is signed with a system's own key", async () => forge({}, (await issuer.keys.of(registry)).privateKey)],
])('a token that %s opens nothing', async (_, make) => {
  await expect(publish(own, make)).rejects.toThrow()
})
