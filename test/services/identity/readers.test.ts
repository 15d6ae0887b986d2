/** The client secret of a schema reader at the token endpoint: for readers alone, either way of sending it, and not for guessing. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { digestOf, secretBytes, writeReaderSecret } from '../../../services/contract/reader-secret.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { startTestIssuer, type TestIssuer } from '../../support/issuer.ts'
import { askAsReader, basicOf } from '../../support/schema-reader.ts'

const secret = writeReaderSecret(randomBytes(secretBytes))
let database: TestDatabase
let issuer: TestIssuer

beforeAll(async () => {
  database = await createDatabase()
  issuer = await startTestIssuer(database.url)
  for (const name of ['kafbat', 'console', 'guessed']) await store(`hub/readers/${name}`, digestOf(secret))
  await store('hub/readers/without', null)
})
afterAll(async () => {
  await issuer?.close()
  await database?.drop()
})

const store = (id: string, digest: Buffer | null) =>
  database.pool.query(
    `insert into schema_reader (id, department, title, sees_topics, secret_digest) values ($1, 'hub', '{}', false, $2)`,
    [id, digest],
  )

/** As Redpanda Console sends it: in the header, grant and an empty scope in form and query. */
async function askByHeader(id: string, sent: string) {
  const form = 'grant_type=client_credentials&scope='
  const response = await fetch(`${issuer.issuer}/token?${form}`, {
    method: 'POST',
    headers: { authorization: basicOf(id, sent), 'content-type': 'application/x-www-form-urlencoded' },
    body: form,
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test.each([
  ['in the form', (id: string) => askAsReader(issuer.issuer, id, secret)],
  ['in the header', (id: string) => askByHeader(id, secret)],
])('a reader gets a token of ten minutes that says reader and nothing else, by its secret %s', async (_, ask) => {
  const { status, body } = await ask('hub/readers/kafbat')
  expect([status, body.expires_in]).toEqual([200, 600])
  const { sub, client_id, department, roles } = decodeJwt(String(body.access_token))
  expect({ sub, client_id, department, roles }).toEqual({
    sub: 'hub/readers/kafbat',
    client_id: 'hub/readers/kafbat',
    department: 'hub',
    roles: ['reader'],
  })
})

test.each([
  ['a wrong secret', 'hub/readers/console', `${secret}x`],
  ['the digest of the secret', 'hub/readers/console', digestOf(secret).toString('hex')],
  ['a reader without a secret', 'hub/readers/without', secret],
  ['a reader that is none', 'hub/readers/nobody', secret],
  ['the operator’s system, which has to sign', 'hub/operator', secret],
])('%s gets no token, and every such refusal reads alike', async (_, id, sent) => {
  const refusal = {
    error: 'invalid_client',
    error_description:
      'client_id and client_secret fit no schema reader; systems send a client_assertion (private_key_jwt)',
  }
  expect(await askAsReader(issuer.issuer, id, sent)).toMatchObject({ status: 401, body: refusal })
  expect(await askByHeader(id, sent)).toMatchObject({ status: 401, body: refusal })
  expect(issuer.log()).not.toContain(sent)
})

test('whoever guesses hears 429 for that reader; others go on, and so does the holder of its secret at the same address', async () => {
  const answers = []
  for (let guess = 0; guess < 45; guess += 1)
    answers.push(await askAsReader(issuer.issuer, 'hub/readers/guessed', `datarun_reader_${guess}`))
  const stopped = answers.find(({ status }) => status === 429)!
  expect(stopped.headers.get('retry-after')).toBe('60')
  expect(stopped.body).toMatchObject({ error: 'invalid_client', error_description: expect.stringContaining('wait') })
  expect((await askAsReader(issuer.issuer, 'hub/readers/console', secret)).status).toBe(200)
  expect((await askAsReader(issuer.issuer, 'hub/readers/guessed', secret)).status).toBe(200)
  expect((await askAsReader(issuer.issuer, 'hub/readers/guessed', 'datarun_reader_more')).status).toBe(429)
})
