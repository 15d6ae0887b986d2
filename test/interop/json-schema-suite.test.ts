/**
 * The JSON Schema organisation's own tests of draft 2020-12, taken from the Go module that ships them: what the guard lets
 * through, the hub validates as they say, and the compatibility checker reads so too. The rest is refused at registration.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Json, JsonObject } from '../../services/contract/canonical-json.ts'
import { isFailure } from '../../services/contract/failure.ts'
import { convertSchema } from '../../services/json-schema/convert-schema.ts'
import { checkSchema } from '../../services/json-schema/schema-guard.ts'
import { compileGuarded } from '../../services/json-schema/validation.ts'
import { accepts } from '../../services/schema-compatibility/accepts.ts'
import { openDocument } from '../../services/schema-compatibility/document.ts'
import { fetchGoModules } from '../support/go-modules.ts'

const source = new URL('./json-schema-suite/', import.meta.url).pathname
type Test = { description: string; data: Json; valid: boolean }
type Group = { description: string; schema: JsonObject; tests: Test[]; file: string; refusedFor: string[] }
let groups: Group[] = []
let formatGroups: Group[] = []
/** By draft, converted as `datarun schema convert` does. */
const older = new Map<string, Group[]>()
const drafts = {
  draft3: 'http://json-schema.org/draft-03/schema#',
  draft4: 'http://json-schema.org/draft-04/schema#',
  draft6: 'http://json-schema.org/draft-06/schema#',
  draft7: 'http://json-schema.org/draft-07/schema#',
  'draft2019-09': 'https://json-schema.org/draft/2019-09/schema',
}
const accepted = () => groups.filter(({ refusedFor }) => refusedFor.length === 0)

beforeAll(() => {
  const modules = fetchGoModules(source, 'test/interop/json-schema-suite.test.ts')
  const home = modules?.get('github.com/google/jsonschema-go')
  if (home) groups = groupsIn(join(home, 'jsonschema', 'testdata', 'draft2020-12'))
  const second = modules?.get('github.com/kaptinlin/jsonschema')
  if (!second) return
  const tests = join(second, 'testdata/JSON-Schema-Test-Suite/tests')
  formatGroups = groupsIn(join(tests, 'draft2020-12/optional/format'))
  for (const [draft, $schema] of Object.entries(drafts))
    older.set(
      draft,
      groupsIn(join(tests, draft), schema => convertSchema({ $schema, ...schema })),
    )
}, 180_000)

function groupsIn(folder: string, change = (schema: JsonObject) => schema): Group[] {
  const files = readdirSync(folder).filter(file => file.endsWith('.json'))
  return files.flatMap(file => {
    const found: Group[] = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    return found.map(group => {
      const schema = typeof group.schema === 'boolean' ? group.schema : change(group.schema)
      const refusedFor = checkSchema(schema).map(({ keyword }) => keyword)
      return { ...group, schema, file, refusedFor }
    })
  })
}

type Reader = (schema: JsonObject) => (record: Json) => unknown

const byHub: Reader = schema => {
  const validate = compileGuarded(schema)
  if (isFailure(validate)) return () => validate.detail
  return record => validate(record) === undefined
}

const byChecker: Reader = schema => {
  const located = { schema, document: openDocument(schema) }
  return record => accepts(located, record)
}

/** As ajv is used everywhere, with its defaults; an exception is an answer too. */
const byAjv: Reader = schema => {
  try {
    const validate = new Ajv2020({ strict: false, validateFormats: false, logger: false }).compile(schema)
    return record => orException(() => validate(record))
  } catch (error) {
    return () => String(error)
  }
}

function orException(ask: () => unknown): unknown {
  try {
    return ask()
  } catch (error) {
    return String(error)
  }
}

/** The suite's tests that are answered otherwise than it says, by name. */
function wrongIn(among: Group[], reader: Reader): string[] {
  return among.flatMap(({ file, description, schema, tests }) => {
    const answer = reader(schema)
    const wrong = tests.filter(({ data, valid }) => answer(data) !== valid)
    return wrong.map(one => `${file}: ${description}: ${one.description}`)
  })
}

const testsIn = (among: Group[]) => among.flatMap(({ tests }) => tests).length

test('what the guard accepts, the hub validates as the suite says', () => {
  expect(wrongIn(accepted(), byHub)).toEqual([])
  if (groups.length > 0) expect([testsIn(groups), testsIn(accepted())]).toEqual([1099, 806])
})

test('what the guard accepts, the compatibility checker reads as the suite says', () => {
  expect(wrongIn(accepted(), byChecker)).toEqual([])
})

test('formats are decided as the suite says, by the RFCs; those that are refused are told by name', () => {
  if (formatGroups.length === 0) return
  const taken = formatGroups.filter(({ refusedFor }) => refusedFor.length === 0)
  expect([wrongIn(taken, byHub), wrongIn(taken, byChecker)]).toEqual([[], []])
  const refused = formatGroups.filter(({ refusedFor }) => refusedFor.includes('format'))
  const names = refused.map(({ file }) => file.replace('.json', '')).sort()
  expect(names).toEqual(['idn-email', 'idn-hostname', 'unknown', 'uri-template'])
  expect([formatGroups.length, taken.length]).toEqual([20, 16])
})

test('schemas of older drafts, converted, judge records as their own draft does', () => {
  const counts: Record<string, number> = {}
  for (const [draft, found] of older) {
    const taken = found.filter(({ refusedFor }) => refusedFor.length === 0)
    expect([draft, wrongIn(taken, byHub)]).toEqual([draft, []])
    counts[draft] = testsIn(taken)
  }
  if (older.size > 0) {
    expect(counts).toEqual({ draft3: 378, draft4: 573, draft6: 753, draft7: 819, 'draft2019-09': 955 })
  }
})

test('what ajv with its defaults answers wrongly is refused at registration', () => {
  if (groups.length === 0) return
  const refused = groups.filter(({ refusedFor }) => refusedFor.length > 0)
  const wrongFor = refused.filter(group => wrongIn([group], byAjv).length > 0).flatMap(({ refusedFor }) => refusedFor)
  // Once ajv has become better in one of these, it need not be refused any more.
  expect(wrongFor).toEqual(expect.arrayContaining(['$dynamicRef', 'unevaluatedItems', 'unevaluatedProperties']))
  expect(wrongIn(accepted(), byAjv)).toEqual([])
})
