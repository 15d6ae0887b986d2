import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import kafkajs from 'kafkajs'
import { createLog } from '../../../services/contract/log.ts'
import { type Batch, connectKafka } from '../../../services/kafka/kafka.ts'
import { type Kafka, startKafka } from '../../../services/local/kafka.ts'
import { removeDirectory } from '../../../services/local/places.ts'
import { eventually } from '../../support/eventually.ts'
import { firstMessageFor, seenBy } from '../../support/kafka-view.ts'
import { keepReading } from '../../support/keep-reading.ts'
import { temporaryHome } from '../../support/temporary-home.ts'

const audience = 'urn:datarun:hub'
const own = 'datarun.civil-affairs.marriage-certificate'
const foreign = 'datarun.taxation.tax-clearance'

const keys = await generateKeyPair('ES256')
let keyServer: Server
let issuer: string
let directory: string
let kafka: Kafka

beforeAll(async () => {
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] }
  keyServer = createServer((_, response) => response.end(JSON.stringify(jwks))).listen(0, '127.0.0.1')
  await once(keyServer, 'listening')
  issuer = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}`
  directory = await temporaryHome()
  const security = { issuer, jwksUrl: `${issuer}/jwks`, audience, superUsers: ['hub/exchange'] }
  kafka = await startKafka({ directory, security, shortLived: true })
  const admin = await connect(tokenOf('hub/exchange')).admin()
  await admin.createTopics([own, foreign].map(name => ({ name, partitions: 1 })))
  await admin.keepRights('civil-affairs/marriage-registry', 'datarun.civil-affairs.', { write: [own], read: [] })
  await admin.close()
})
afterAll(async () => {
  await kafka.stop()
  await removeDirectory(directory)
  keyServer.close()
})

type Claims = { issuer?: string; audience?: string; expires?: string; key?: typeof keys.privateKey }

const tokenOf = (subject: string, claims: Claims = {}) =>
  new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setSubject(subject)
    .setIssuer(claims.issuer ?? issuer)
    .setAudience(claims.audience ?? audience)
    .setIssuedAt()
    .setExpirationTime(claims.expires ?? '5m')
    .sign(claims.key ?? keys.privateKey)

const connect = (token: Promise<string> | string) =>
  connectKafka({
    brokers: kafka.brokers,
    clientId: 'test',
    token: async () => token,
    log: createLog('test', 'silent'),
  })

/** 'published', or why not. */
async function publish(topic: string, token: Promise<string> | string): Promise<string> {
  try {
    const publisher = await connect(token).publisher()
    await publisher
      .publish(topic, [{ key: 'k', value: Buffer.from('{}'), headers: {} }])
      .finally(() => publisher.close())
    return 'published'
  } catch (error) {
    return String(error)
  }
}

const registry = 'civil-affairs/marriage-registry'

test('a system writes to the topics of its own department', async () => {
  expect(await publish(own, tokenOf(registry))).toBe('published')
})

test("another department's topic is refused, and so is a system without rights", async () => {
  expect(await publish(foreign, tokenOf(registry))).toContain('Topic authorization failed')
  expect(await publish(own, tokenOf('taxation/tax-office'))).toContain('authorization failed')
})

const reader = 'hub/readers/kafka-ui'
const asReader = () =>
  new kafkajs.Kafka({
    brokers: kafka.brokers,
    clientId: 'kafka-ui',
    sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await tokenOf(reader) }) },
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 2 },
  })

test('a schema reader sees nothing at Kafka unless let, then which topics there are, and never a message', async () => {
  const admin = await connect(tokenOf('hub/exchange')).admin()
  expect(await seenBy(asReader(), own)).toEqual([[], 'refused', 'refused', 'refused'])
  await admin.allowSeeing(reader, 'datarun.')
  expect(await seenBy(asReader(), own)).toEqual([[own, foreign].sort(), 'told', 'told', 'refused'])
  await letGroup(reader, 'kafka-ui')
  expect(await publish(own, tokenOf(registry))).toBe('published')
  // A broker that is asked for its first group makes the coordinator then, and refuses until it is there.
  const first = await eventually(async () => {
    const outcome = await firstMessageFor(asReader(), own, 'kafka-ui')
    return outcome.includes('coordinator') ? undefined : outcome
  })
  expect(first).toContain('Topic authorization failed')
  await admin.forbidSeeing(reader, 'datarun.')
  await eventually(async () => (await seenBy(asReader(), own))[0]?.length === 0)
  await admin.close()
})

async function letGroup(system: string, resourceName: string) {
  const oauthBearerProvider = async () => ({ value: await tokenOf('hub/exchange') })
  const client = new kafkajs.Kafka({
    brokers: kafka.brokers,
    sasl: { mechanism: 'oauthbearer', oauthBearerProvider },
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const admin = client.admin()
  await admin.connect()
  const rule = { resourceName, principal: `User:${system}`, host: '*', operation: kafkajs.AclOperationTypes.READ }
  const { AclResourceTypes, ResourcePatternTypes, AclPermissionTypes } = kafkajs
  const kind = { resourceType: AclResourceTypes.GROUP, resourcePatternType: ResourcePatternTypes.LITERAL }
  await admin.createAcls({ acl: [{ ...rule, ...kind, permissionType: AclPermissionTypes.ALLOW }] })
  await admin.disconnect()
}

test.each<[string, () => Promise<string> | string]>([
  ['garbage', () => 'garbage'],
  ['of another issuer', () => tokenOf(registry, { issuer: 'http://elsewhere.test' })],
  ['for another audience', () => tokenOf(registry, { audience: 'urn:other' })],
  ['that has expired', () => tokenOf(registry, { expires: '-5m' })],
  ['signed with another key', async () => tokenOf(registry, { key: (await generateKeyPair('ES256')).privateKey })],
])('a token %s opens nothing', async (_, token) => {
  expect(await publish(own, token())).toMatch(/Closed connection|authentication/i)
})

test('the log says that a token was refused, without the token', async () => {
  const stranger = (await generateKeyPair('ES256')).privateKey
  await publish(own, tokenOf(registry, { key: stranger }))
  const log = await readFile(join(directory, 'logs', 'kafka.log'), 'utf8')
  expect(log).toMatch(/failed authentication/i)
  expect(log).not.toContain('eyJ')
})

test('records and rights outlive a kill', async () => {
  await kafka.kill()
  await kafka.start()
  const offsets: number[] = []
  const handle = async ({ messages }: Batch) => {
    offsets.push(...messages.map(message => message.offset))
    return 'done' as const
  }
  const stop = await keepReading(connect(tokenOf('hub/exchange')), { groupId: 'hub', topics: [own], handle })
  await eventually(() => offsets.length > 0)
  await stop()
  expect(offsets[0]).toBe(0)
  expect(await publish(own, tokenOf(registry))).toBe('published')
})
