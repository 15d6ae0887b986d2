/**
 * Holds: a cursor that the list did not issue must be refused at the door of every list, before PostgreSQL sees it: U+0000 in
 * the cursor of a pull made its whole batch fail.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Api, exampleOf, fillPath, type Operation, readApi } from '../support/api-operations.ts'
import { type AttackedHub, openAttackedHub, pullOf } from '../support/attacked-hub.ts'

let hub: AttackedHub
let api: Api

beforeAll(async () => {
  hub = await openAttackedHub()
  api = await readApi(hub)
})
afterAll(() => hub?.close())

/** As they would be written by whoever knows how ours are. */
const positions = [
  '"P-1\\u0000"',
  '"\\u0000"',
  '"\\ud800"',
  '"a\\nb"',
  JSON.stringify('x'.repeat(250)),
  '-1',
  '1.5',
  '1e300',
  '9007199254740993',
  'null',
  'true',
  '[]',
  '{"__proto__":1}',
  '[[[[[[[[[[',
  '',
]

const callers = ['an-operator', 'an-auditor', 'alice'] as const

function takesCursor({ body, parameters }: Operation): 'query' | 'body' | undefined {
  if (parameters?.some(({ name, in: where }) => name === 'cursor' && where === 'query')) return 'query'
  return body && api.resolve(body).properties?.cursor ? 'body' : undefined
}

async function send(operation: Operation, cursor: string, as: string) {
  const path = fillPath(operation.path, { id: hub.dataset })
  if (takesCursor(operation) === 'query') return hub.call('GET', `${path}?cursor=${encodeURIComponent(cursor)}`, as)
  const body = operation.path === '/v1/pulls' ? pullOf(hub) : (exampleOf(api, operation.body!) as object)
  return hub.call(operation.method, path, as, { ...body, cursor })
}

test('no list takes a position that it cannot have issued, and each says so', async () => {
  const lists = api.operations.filter(takesCursor)
  expect(lists.length).toBeGreaterThan(10)
  const wrong: string[] = []
  for (const operation of lists) {
    const refused = new Set<string>()
    for (const position of positions) {
      const cursor = Buffer.from(position).toString('base64url') || '_'
      for (const as of [...callers, `${hub.user}/registry`, `${hub.source}/registry`]) {
        const { status, body } = await send(operation, cursor, as)
        if (status === 403 || status === 404) continue
        // A number is a position of some lists and a text of others, so each list may take the one that it knows.
        if (status === 400 && body.code === 'CURSOR_INVALID') refused.add(position)
        else wrong.push(`${operation.name} ${position}: ${status} ${body.code}`)
      }
    }
    if (refused.size !== positions.length) wrong.push(`${operation.name} was asked by nobody who may`)
  }
  expect(wrong).toEqual([])
})
