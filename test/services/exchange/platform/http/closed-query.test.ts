/**
 * Keeps out: a filter that is misspelt or empty and silently means "everything". Over every route of the API but probes, new ones too;
 * and a route that would take anything cannot be made.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import Type, { type TSchema } from 'typebox'
import { failure } from '../../../../../services/contract/failure.ts'
import { createLog } from '../../../../../services/contract/log.ts'
import { createServer } from '../../../../../services/exchange/platform/http/server.ts'
import { type Api, exampleOf, fillPath, type Operation, readApi } from '../../../../support/api-operations.ts'
import { type AttackedHub, openAttackedHub } from '../../../../support/attacked-hub.ts'
import { noProof } from '../../../../support/no-proof.ts'

let hub: AttackedHub
let api: Api
beforeAll(async () => {
  hub = await openAttackedHub()
  api = await readApi(hub)
})
afterAll(() => hub?.close())

const holderOf = ({ 'x-roles': roles = [] }: Operation): string | undefined => {
  const holders = { operator: 'an-operator', auditor: 'an-auditor', citizen: 'bob', system: `${hub.user}/registry` }
  const known = { ...holders, steward: holders.system }
  const role = roles.find(one => one in known)
  return role && known[role as keyof typeof known]
}

/** A call's answer to this query, beside whatever parameters it must have. */
async function ask(operation: Operation, query: Record<string, string>) {
  const needed = (operation.parameters ?? []).filter(({ in: place, required }) => place === 'query' && required)
  const example = Object.fromEntries(needed.map(({ name, schema }) => [name, String(exampleOf(api, schema))]))
  const path = `${fillPath(operation.path, operation.path === '/v1/pulls/{id}' ? {} : { id: 'abc' })}?${new URLSearchParams({ ...example, ...query })}`
  // A stream that takes what it should refuse never ends.
  const unending = sleep(10_000, { status: 'unending', body: undefined }, { ref: false })
  const { status, body } = await Promise.race([hub.call(operation.method, path, holderOf(operation)), unending])
  return `${operation.name} ${JSON.stringify(query)}: ${status} ${body?.code} ${body?.pointer}`
}

test('what a list does not know is refused at its place, on every route', async () => {
  const isProbe = ({ path }: Operation) => /^\/(healthz|readyz|metrics)$/.test(path)
  const reads = api.operations.filter(one => one.method === 'GET' && !isProbe(one))
  expect(reads.length).toBeGreaterThan(40)
  const answers = await Promise.all(reads.map(operation => ask(operation, { nonsense: '1' })))
  expect(answers.filter(answer => !answer.endsWith(': 400 BODY_INVALID /nonsense'))).toEqual([])
})

test('an empty filter is refused at its place, on every route', async () => {
  const reads = api.operations.filter(({ method }) => method === 'GET')
  const filters = reads.flatMap(operation =>
    (operation.parameters ?? []).filter(one => one.in === 'query').map(({ name }) => ({ operation, name })),
  )
  expect(filters.length).toBeGreaterThan(30)
  const answers = await Promise.all(filters.map(({ operation, name }) => ask(operation, { [name]: '' })))
  expect(answers.filter(answer => !/: 400 BODY_INVALID \/[a-z]+$/i.test(answer))).toEqual([])
})

test.each<[string, TSchema]>([
  ['what it does not know', Type.Object({ q: Type.Optional(Type.String({ minLength: 1 })) })],
  ['an empty q', Type.Object({ q: Type.Optional(Type.String()) }, { additionalProperties: false })],
])('a route that takes %s cannot be made', async (fault, querystring) => {
  const verify = () => failure('TOKEN_INVALID')
  const findSystem = () => undefined
  const log = createLog('test', 'silent')
  const app = await createServer({
    log,
    verify,
    findSystem,
    checkProof: noProof,
    newId: () => '1',
    now: () => new Date(),
    requestsPerMinute: 1,
  })
  const add = () => app.get('/v1/list', { config: { access: 'anyone' }, schema: { querystring } }, async () => [])
  expect(add).toThrow(`GET /v1/list: its query takes ${fault}`)
  await app.close()
})
