/** No function is longer than 40 lines or takes more than four parameters, but for those that stand here with a reason. */
import { expect, test } from '@jest/globals'
import { type Measured, measureFunctions, readFunctions } from './functions.ts'

const functions = await readFunctions()
const nameOf = ({ file, name }: Measured) => `${file} ${name}`

/** States that live in a closure, each by what its functions share: its own lines, without theirs, keep the limit. */
const closures: Readonly<Record<string, string>> = {
  'contract/json-flaws.ts flawsIn':
    'one scanner and the place where it stands, through texts, objects and lists that call each other',
  'exchange/law/catalogue/open-catalogue.ts openCatalogue':
    'what was read at one version, replaced as a whole, and who is told of it',
  'local/child.ts createChild': 'the life of one process, which start begins and stop and kill end',
  'schema-compatibility/witness/solve.ts createSolver':
    'the steps that are left, spent by functions that call each other',
  'postgres/notifications.ts listen':
    'one connection, made again when it is lost, and what was asked of it and not yet done',
  'exchange/views/figures/live.ts openLive': 'the newest figures, and the one reading of them that all callers share',
  'exchange/views/figures/watchers.ts openWatchers': 'the set of those who watch, counted, written to and dropped',
  'exchange/records/ingest/copy-rejected.ts startRejectedTopic':
    'one run at a time, what wakes it anew and the timer of its retry',
  'exchange/records/ingest/start-ingest.ts startIngest': 'the consumer of now, left and joined anew as datasets change',
  'exchange/records/ingest/watch-topics.ts watchTopics':
    'since when each partition and topic stands, from one look to the next',
  'exchange/pull/apart.ts createApart': 'who is kept apart and until when, with the queue that waits for its turn',
  'exchange/log/keeping/checkpoint-topic.ts startCheckpointTopic':
    'the newest checkpoint, and the one run that publishes it',
  'exchange/log/append/refusals.ts createRefusals': 'the counts of the minute that runs, and what is ready to be taken',
  'adapter/publish-record.ts createRecordPublisher': 'the clock of sequences, and which messages have theirs from it',
  'adapter/published-versions.ts openPublishedVersions':
    'table and file of the same versions, with what is not yet written',
  'adapter/ready-batches.ts createBatcher': 'the short row that waits for the next one, across batches',
  'adapter/version-table.ts createVersionTable':
    'the cells of one hash table, which all its functions index, and which grow',
  'adapter/sources/csv-rows.ts rowReader': 'one text and the places found in it, which every kind of cell asks for',
}

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
  const excepted = new Set(Object.keys(closures))
  const over = functions.filter(({ length }) => length > 40)
  const told = over
    .filter(found => !excepted.has(nameOf(found)))
    .map(found => `${nameOf(found)}: ${found.length} lines`)
  expect(told).toEqual([])
  expect([...excepted].filter(name => !over.some(found => nameOf(found) === name))).toEqual([])
})

test('of a closure that stands here no more than 40 lines are its own', () => {
  const over = functions.filter(found => Object.hasOwn(closures, nameOf(found)) && found.own > 40)
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
