/** No function is longer than 40 lines or takes more than four parameters, but for those that stand here with a reason. */
import { expect, test } from '@jest/globals'
import { type Measured, measureFunctions, readFunctions } from './functions.ts'

const functions = await readFunctions()
const nameOf = ({ file, name }: Measured) => `${file} ${name}`

/** Each is a state that lives in a closure, and short functions over it: its own lines, without theirs, keep the limit. */
const closures: readonly string[] = [
  'exchange/law/catalogue/open-catalogue.ts openCatalogue',
  'local/child.ts createChild',
  'schema-compatibility/witness/solve.ts createSolver',
  'postgres/notifications.ts listen',
  'exchange/views/figures/live.ts openLive',
  'exchange/views/figures/watchers.ts openWatchers',
  'exchange/records/ingest/copy-rejected.ts startRejectedTopic',
  'exchange/records/ingest/start-ingest.ts startIngest',
  'exchange/records/ingest/take-in.ts takeIn',
  'exchange/records/ingest/watch-topics.ts watchTopics',
  'exchange/pull/apart.ts createApart',
  'exchange/pull/queue.ts createQueue',
  'exchange/log/keeping/checkpoint-topic.ts startCheckpointTopic',
  'exchange/log/append/create-access-log.ts createAccessLog',
  'exchange/log/append/refusals.ts createRefusals',
  'adapter/publish-record.ts createRecordPublisher',
  'adapter/published-versions.ts openPublishedVersions',
  'adapter/ready-batches.ts createBatcher',
  'adapter/version-table.ts createVersionTable',
  'adapter/sources/csv-rows.ts rowReader',
]

/** Longer for another reason: by reason, what it holds for. */
const long: Readonly<Record<string, readonly string[]>> = {
  'being split': [
    'local/kafka.ts startKafka',
    'local/city/protagonists.ts protagonistNeighbourhood',
    'kafka/consumer.ts consume',
    'json-schema/convert-keywords.ts convertKeyword',
    'json-schema/schema-keyword-values.ts checkValue',
    'exchange/law/consent/check-representation.ts checkRepresentation',
    'exchange/law/catalogue/fields.ts checkFields',
    'exchange/law/catalogue/reader-routes.ts readerRoutes',
    'exchange/law/catalogue/reader-routes.ts a function made by readerRoutes',
    'exchange/law/agreement/take-step.ts checkOnce',
    'contract/json-flaws.ts flawsIn',
    'cli/catalogue.ts catalogueCommand',
    'cli/log.ts logCommand',
    'cli/reader.ts readerCommand',
    'auditor/command.ts verifyCommand',
    'adapter/adapter.ts assemble',
    'adapter/sources/csv-rows.ts quotedRow',
  ],
}

/** More than four parameters: by reason, what it holds for. */
const wide: Readonly<Record<string, readonly string[]>> = {
  'one signature for all keywords; each names what it needs': [
    'schema-compatibility/accepts.ts $ref',
    'schema-compatibility/accepts.ts a function handed to forObject',
    'schema-compatibility/accepts.ts unevaluatedProperties',
  ],
  'being split': [
    'schema-compatibility/check.ts checkAgainst',
    'schema-compatibility/differences/limits.ts compareLimit',
    'schema-compatibility/differences/members.ts typeOfAdded',
    'schema-compatibility/differences/members.ts typeOfRemoved',
    'schema-compatibility/differences/objects.ts compareRest',
    'local/story/people.ts citizen',
    'local/city/estate.ts own',
    'local/city/neighbourhood.ts addressed',
    'local/city/protagonists.ts person',
    'kafka/consumer.ts goTo',
    'json-schema/convert-keywords.ts convertKeyword',
    'identity/state-store.ts keep',
    'exchange/records/schemas/add-version.ts refusalOf',
    'exchange/records/registry/record-store.ts placeBatch',
    'exchange/records/name-check/check-names.ts compareBehind',
    'exchange/records/correction/list-corrections.ts ownCorrections',
    'exchange/records/correction/list-corrections.ts correctionsOf',
    'exchange/law/decision/consent-grants.ts consentReason',
    'exchange/law/decision/decide.ts decide',
    'exchange/law/decision/open-consent-ledger.ts openLedger',
    'exchange/law/consent/give-consent.ts make',
    'exchange/law/consent/give-consent.ts knownTo',
    'exchange/law/consent/log-entry.ts draftOf',
    'exchange/law/consent/read-consents.ts listForSubject',
    'exchange/law/consent/step.ts stepConsent',
    'exchange/law/consent/take-consent-step.ts take',
    'exchange/law/clock/clock.ts running',
    'exchange/law/catalogue/change.ts stepChange',
    'exchange/law/catalogue/put-department.ts draftOf',
    'exchange/law/agreement/request-agreement.ts makeAgreement',
    'exchange/law/agreement/take-agreement-step.ts takeAndStore',
    'exchange/law/agreement/take-step.ts changeOf',
    'exchange/law/agreement/take-step.ts checkOnce',
    'console/src/router.ts page',
    'auditor/tree.ts isIncluded',
    'adapter/publish-file.ts deliver',
  ],
}

test('a function has at most 40 lines, or stands here with its reason; a reason goes with its function', () => {
  const excepted = new Set([...closures, ...Object.values(long).flat()])
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
