import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Batch, connectKafka } from '../../../services/contract/kafka.ts'
import { createLog } from '../../../services/contract/log.ts'
import { type Kafka, startKafka } from '../../../services/local/kafka.ts'
import { removeDirectory } from '../../../services/local/places.ts'
import { eventually } from '../../support/eventually.ts'
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
  await admin.allowWriting('civil-affairs/marriage-registry', 'datarun.civil-affairs.')
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
