/** No function is longer than 40 lines or takes more than four parameters, but for those that stand here with a reason. */
import { expect, test } from '@jest/globals'
import { type Measured, measureFunctions, readFunctions } from './functions.ts'

const functions = await readFunctions()
const nameOf = ({ file, name }: Measured) => `${file} ${name}`

/** Each is a state that lives in a closure, and short functions over it: its own lines, without theirs, keep the limit. */
const closures: readonly string[] = [
  'contract/json-flaws.ts flawsIn',
  'exchange/law/catalogue/open-catalogue.ts openCatalogue',
  'local/child.ts createChild',
  'schema-compatibility/witness/solve.ts createSolver',
  'postgres/notifications.ts listen',
  'exchange/views/figures/live.ts openLive',
  'exchange/views/figures/watchers.ts openWatchers',
  'exchange/records/ingest/copy-rejected.ts startRejectedTopic',
  'exchange/records/ingest/start-ingest.ts startIngest',
  'exchange/records/ingest/watch-topics.ts watchTopics',
  'exchange/pull/apart.ts createApart',
  'exchange/log/keeping/checkpoint-topic.ts startCheckpointTopic',
  'exchange/log/append/refusals.ts createRefusals',
  'adapter/publish-record.ts createRecordPublisher',
  'adapter/published-versions.ts openPublishedVersions',
  'adapter/ready-batches.ts createBatcher',
  'adapter/version-table.ts createVersionTable',
  'adapter/sources/csv-rows.ts rowReader',
]

/** More than four parameters: by reason, what it holds for. */
const wide: Readonly<Record<string, readonly string[]>> = {
  'one signature for all keywords; each names what it needs': [
    'schema-compatibility/accepts.ts $ref',
    'schema-compatibility/accepts.ts a function handed to forObject',
    'schema-compatibility/accepts.ts unevaluatedProperties',
  ],
  'makes a row of a table, which reads best on one line': [
    'local/story/people.ts citizen',
    'local/city/protagonists.ts person',
    'console/src/router.ts page',
  ],
}

test('a function has at most 40 lines, or stands here with its reason; a reason goes with its function', () => {
  const excepted = new Set(closures)
  const over = functions.filter(({ length }) => length > 40)
  const told = over
    .filter(found => !excepted.has(nameOf(found)))
    .map(found => `${nameOf(found)}: ${found.length} lines`)
  expect(told).toEqual([])
  expect([...excepted].filter(name => !over.some(found => nameOf(found) === name))).toEqual([])
})

test('of a closure that stands here no more than 40 lines are its own', () => {
  const over = functions.filter(found => closures.includes(nameOf(found)) && found.own > 40)
  expect(over.map(found => `${nameOf(found)}: ${found.own} lines of its own`)).toEqual([])
})

test('a function has at most four parameters, or stands here with its reason; a reason goes with its function', () => {
  const excepted = new Set(Object.values(wide).flat())
  const over = functions.filter(({ parameters }) => parameters > 4)
  const told = over.filter(found => !excepted.has(nameOf(found)))
  expect(told.map(found => `${nameOf(found)}: ${found.parameters} parameters`)).toEqual([])
  expect([...excepted].filter(name => !over.some(found => nameOf(found) === name))).toEqual([])
})

test('functions of every kind are measured; a route of a plugin counts for itself', () => {
  const text = `
    export function plain(a, b) {
      return a
    }
    const arrow = (a, b, c, d, e) => {
      return [1].map(one => {
        return one
      })
    }
    export const routes = hub => async app => {
      app.get('/v1/one', { schema: {} }, async () => {
        return 1
      })
    }
    class Some { method() { return 1 } }`
  const told = (file: string, of: string) =>
    measureFunctions(file, of).map(({ name, length, own, parameters }) => [name, length, own, parameters])
  const expected = [
    ['plain', 3, 3, 2],
    ['arrow', 5, 2, 5],
    ['a function handed to [1].map', 3, 3, 1],
    ['routes', 2, 2, 1],
    ['a function made by routes', 2, 2, 1],
    ["get '/v1/one'", 3, 0, 0],
    ['a function handed to app.get', 3, 3, 0],
    ['method', 1, 1, 0],
  ]
  expect(told('a.ts', text)).toEqual(expected)
  expect(told('a.vue', `<script setup lang="ts">${text}</script><template></template>`)).toEqual(expected)
})
