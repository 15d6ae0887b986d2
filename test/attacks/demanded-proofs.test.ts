/** A system whose registration demands proofs (DPoP): a token that is stolen from it is worth nothing, at the hub and at Kafka. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLog } from '../../services/contract/log.ts'
import { createAuthorize } from '../../services/contract/token-source.ts'
import { connectKafka } from '../../services/kafka/kafka.ts'
import { repository } from '../../services/local/places.ts'
import type { TestKafka } from '../support/backend.ts'
import { datasetOf, must } from '../support/city-department.ts'
import { creditCodeOf } from '../support/credit-code.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { send, startTestHub, type TestHub } from '../support/exchange.ts'
import { audience, startTestIssuer, type TestIssuer } from '../support/issuer.ts'
import { startOwnKafka, uniqueDepartment } from '../support/kafka.ts'
import { parsedEntries } from '../support/packed-log.ts'

const department = uniqueDepartment('demanding')
const system = `${department}/title-office`
const topic = `datarun.${department}.permit`
let issuer: TestIssuer
let kafka: TestKafka
let hub: TestHub

beforeAll(async () => {
  const database = await createDatabase()
  issuer = await startTestIssuer(database.url)
  kafka = await startOwnKafka({
    issuer: issuer.issuer,
    jwksUrl: issuer.jwksUrl,
    audience,
    superUsers: ['hub/exchange'],
  })
  const { file } = await issuer.keys.of('hub/exchange')
  hub = await startTestHub({
    own: { database, kafka, kafkaIssuer: issuer.issuer },
    environment: { DATARUN_INGEST: 'false', DATARUN_SYSTEM_KEY_FILE: file },
  })
  const title = { zh: '处', en: 'Office' }
  await must(
    hub.call('PUT', `/v1/departments/${department}`, 'hub/operator', { title, creditCode: creditCodeOf(department) }),
  )
  const { id, ...entry } = datasetOf(department)
  await must(hub.call('PUT', `/v1/datasets/${id}`, 'hub/operator', entry))
}, 120_000)
afterAll(async () => {
  await issuer?.close()
  await hub?.close()
  await kafka?.remove()
})

const connect = (token: () => Promise<string>) =>
  connectKafka({ brokers: kafka.brokers, clientId: 'test', token, log: createLog('test', 'silent') })

async function put(entry: { rights?: string[]; dpopRequired?: boolean }) {
  const { publicKeys: jwks } = await issuer.keys.of(system)
  const path = `/v1/departments/${department}/systems/title-office`
  const answer = await hub.call('PUT', path, 'hub/operator', { title: { zh: '窗口', en: 'Office' }, jwks, ...entry })
  return { status: answer.status, code: answer.body.code, pointer: answer.body.pointer, is: answer.body.dpopRequired }
}
const write = async (token: string) => {
  const publisher = await connect(async () => token).publisher()
  await publisher.publish(topic, [{ key: 'P-1', value: '{}', headers: {} }]).finally(() => publisher.close())
}
const asBearer = async (token: string) => {
  const { status, body } = await send(`${hub.exchange.address}/v1/me`, 'GET', token)
  return [status, body.code ?? 'OK']
}

test('bearer tokens, those from before included, end at the hub and at Kafka with the demand; bound ones open the hub alone', async () => {
  expect(await put({ rights: ['publish', 'pull'] })).toMatchObject({ status: 200, is: false })
  const before = await issuer.tokenOf(system)
  await write(before)
  expect(await asBearer(before)).toEqual([200, 'OK'])

  expect(await put({ rights: ['publish', 'pull'], dpopRequired: true })).toEqual({
    ...{ status: 422, code: 'PROOF_NOT_AT_KAFKA', pointer: '/dpopRequired' },
  })
  expect(await asBearer(before)).toEqual([200, 'OK'])
  expect(await put({ rights: ['pull'], dpopRequired: true })).toMatchObject({ status: 200, is: true })
  expect(await asBearer(before)).toEqual([401, 'PROOF_REQUIRED'])
  await expect(write(before)).rejects.toThrow(/authori[sz]/i)
  await expect(issuer.tokenOf(system)).rejects.toThrow('DPoP')

  const { privateKey } = await issuer.keys.of(system)
  const authorize = createAuthorize({ issuer: issuer.issuer, clientId: system, privateKey, audience })
  const url = `${hub.exchange.address}/v1/me`
  const headers = await authorize('GET', url)
  expect((await send(url, 'GET', undefined, undefined, headers)).body.id).toBe(system)
  const stolen = headers.authorization!.replace('DPoP ', '')
  expect(await asBearer(stolen)).toEqual([401, 'PROOF_REQUIRED'])
  await expect(write(stolen)).rejects.toThrow(/authori[sz]/i)
}, 60_000)

test('the demand stays through a change that does not name it, is listed, logged, and lifted by name alone', async () => {
  await put({ rights: ['pull'], dpopRequired: true })
  expect(await put({ rights: ['pull', 'consents'] })).toMatchObject({ status: 200, is: true })
  expect(await put({ rights: ['publish'] })).toMatchObject({ status: 422, code: 'PROOF_NOT_AT_KAFKA' })
  const listed = await hub.call('GET', `/v1/systems`, 'hub/operator')
  expect(listed.body.items.find(({ id }: { id: string }) => id === system)).toMatchObject({ dpopRequired: true })
  const logged = await parsedEntries(hub.database.pool, 'catalogue')
  expect(
    logged
      .slice(-2)
      .reverse()
      .map(({ content }) => content),
  ).toEqual([
    { noun: 'system', id: system, rights: ['publish'], dpopRequired: true },
    { noun: 'system', id: system, rights: ['pull', 'consents'], dpopRequired: true },
  ])
  expect(await put({ rights: ['publish'], dpopRequired: false })).toMatchObject({ status: 200, is: false })
  await eventually(async () => (await asBearer(await issuer.tokenOf(system)))[0] === 200)
})

test('the operator demands it by the command, too, and all else of the entry stays', async () => {
  await put({ rights: ['pull'], dpopRequired: false })
  const datarun = async (...command: string[]) => {
    const { file } = await hub.issuer.keys.of('hub/operator')
    const at = ['--hub', hub.exchange.address, '--issuer', hub.issuer.issuer, '--as', 'hub/operator', '--key', file]
    const program = join(repository, 'services/cli/main.ts')
    return (await promisify(execFile)(process.execPath, [program, 'catalogue', ...command, ...at])).stdout
  }
  expect(await datarun('demand-dpop', system)).toBe(`${system} calls with proofs (DPoP) alone from now on.\n`)
  expect(await datarun('systems')).toContain(`${system}  pull  (DPoP)\n`)
  expect(await datarun('demand-dpop', system, '--lift')).toBe(`${system} may call with bearer tokens again.\n`)
  expect(await datarun('systems')).toContain(`${system}  pull\n`)
}, 60_000)
