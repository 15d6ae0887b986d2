/** A whole hub for one test file: own database, own issuer, the shared Kafka, the exchange in this process. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '../../services/contract/log.ts'
import { type Exchange, startExchange } from '../../services/exchange/exchange.ts'
import { generateNoteKey } from '../../services/exchange/log/tree/note.ts'
import { readExchangeSettings } from '../../services/exchange/settings.ts'
import type { Person } from '../../services/identity/people.ts'
import { connectKafka, type KafkaConnection } from '../../services/kafka/kafka.ts'
import { trusting } from '../../services/local/stack-settings.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { entryViolations } from './entry-schemas.ts'
import { audience, startTestIssuer, type TestIssuer } from './issuer.ts'
import { sharedKafka, startOwnKafka } from './kafka.ts'
import { entriesOf } from './packed-log.ts'
import { holdPullAnswer } from './pull-answers.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test reads into whatever was answered, and fails with it.
export type Answer = { status: number; headers: Headers; text: string; body: any }

export type TestHub = {
  database: TestDatabase
  issuer: TestIssuer
  kafka: KafkaConnection
  exchange: Exchange
  verifierKey: string
  checkpointFile: string
  /** The exchange's settings at the start, for another process on the same database. */
  environment: Record<string, string>
  /** The operators' log of the exchange so far. */
  log(): string
  /** A token, got once, of a system's id or a person's name at the issuer. */
  tokenOf(who: string): Promise<string>
  /** `as` is a system's id, a person's name at the issuer, or undefined for no token. */
  call(method: string, path: string, as?: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  close(): Promise<void>
}

export type TestHubWish = {
  people?: Person[]
  environment?: Record<string, string>
  /** True for a Kafka of its own that asks for the tokens of the hub's issuer and knows rights. */
  secured?: boolean
  /** To pull the plug of; those that all tests share unless given. */
  own?: {
    database?: TestDatabase
    kafka?: { brokers: string[] }
    /** The issuer whose tokens open it; it is unsecured unless given. */
    kafkaIssuer?: string
  }
}

export async function startTestHub(wish: TestHubWish = {}): Promise<TestHub> {
  const { people, environment: more, own = {}, secured } = wish
  const database = own.database ?? (await createDatabase())
  const issuer = await startTestIssuer(database.url, people)
  const { issuer: address, jwksUrl } = issuer
  const superUsers = ['hub/exchange']
  const guarded = secured ? await startOwnKafka({ issuer: address, jwksUrl, audience, superUsers }) : undefined
  const { brokers } = guarded ?? own.kafka ?? (await sharedKafka())
  const folder = await mkdtemp(join(tmpdir(), 'datarun-hub-'))
  const origin = 'hub.test/access-log'
  const { signingKey, verifierKey } = generateNoteKey(origin)
  await writeFile(join(folder, 'log.key'), signingKey, { mode: 0o600 })
  const environment = {
    DATARUN_PORT: '0',
    DATARUN_DATABASE_URL: database.url,
    DATARUN_KAFKA_BROKERS: brokers.join(','),
    ...(await kafkaAccess(issuer, guarded ? address : own.kafkaIssuer)),
    DATARUN_CONSUMER_GROUP: `test-${randomBytes(6).toString('hex')}`,
    DATARUN_RECEIPT_KEY_FILE: (await issuer.keys.of('hub/exchange')).file,
    DATARUN_LOG_ORIGIN: origin,
    DATARUN_LOG_KEY_FILE: join(folder, 'log.key'),
    DATARUN_CHECKPOINT_FILE: join(folder, 'checkpoints.txt'),
    ...more,
  }
  let written = ''
  const write = (line: string) => {
    written += line
  }
  const settings = readExchangeSettings(environment)
  const log = createLog('exchange', settings.logLevel, { write })
  const exchange = await startExchange(settings, log)
  const tokens = new Map<string, Promise<string>>()
  const tokenOf = (who: string) => {
    const token = tokens.get(who) ?? (who.includes('/') ? issuer.tokenOf(who) : issuer.signIn(who))
    tokens.set(who, token)
    return token
  }
  return {
    database,
    issuer,
    kafka: connectKafka({
      ...{ brokers, clientId: 'test', log: createLog('test', 'silent') },
      ...(guarded && { token: () => issuer.tokenOf('hub/exchange') }),
    }),
    exchange,
    verifierKey,
    checkpointFile: join(folder, 'checkpoints.txt'),
    environment,
    log: () => written,
    tokenOf,
    call: async (method, path, as, body, headers = {}) =>
      send(exchange.address + path, method, as && (await tokenOf(as)), body, headers),
    close: async () => {
      await exchange.stop()
      await guarded?.remove()
      const strange = await strangeEntries(database)
      await issuer.close()
      await database.drop()
      await rm(folder, { recursive: true })
      if (strange.length > 0)
        throw new Error(`Entries that are not as schemas/access-log/ says:\n${strange.join('\n')}`)
    },
  }
}

/** Each room's log entries are as auditors are told that they are; each way of departing is told once. */
async function strangeEntries({ pool }: TestDatabase): Promise<string[]> {
  const found = (await entriesOf(pool)).flatMap(entry => {
    const parsed = JSON.parse(entry)
    return entryViolations(parsed).map(violation => `${parsed.kind} ${JSON.stringify(parsed.content)}: ${violation}`)
  })
  return [...new Set(found)].slice(0, 20)
}

/** The hub gets its own token for Kafka from the first issuer it trusts. */
async function kafkaAccess(issuer: TestIssuer, kafkaIssuer: string | undefined): Promise<Record<string, string>> {
  if (!kafkaIssuer) return { DATARUN_KAFKA_SECURED: 'false', DATARUN_ISSUERS: trusting(issuer.issuer) }
  const { file } = await issuer.keys.of('hub/exchange')
  const issuers = [...new Set([kafkaIssuer, issuer.issuer])]
  return { DATARUN_ISSUERS: issuers.map(trusting).join(','), DATARUN_SYSTEM_KEY_FILE: file }
}

export async function send(
  url: string,
  method: string,
  token?: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /^application\/([a-z0-9.]+\+)?json/.test(response.headers.get('content-type') ?? '')
  const { status } = response
  const answer = { status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : undefined }
  holdPullAnswer(method, url, answer)
  return answer
}
