/** Lists show the right versions, and a client that pages comes to their end. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { must, permitSchema, registerDepartment } from '../../../../../support/city-department.ts'
import { startTestHub, type TestHub } from '../../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../../support/kafka.ts'
import { listRoutes } from '../../../../../support/routes-of-app.ts'

/** Of the first some versions are deleted, of the second all, of the third none. */
const departments = ['first', 'second', 'third'].map(name => uniqueDepartment(name))
const [first, second, third] = departments.map(department => `datarun.${department}.permit-value`)
let hub: TestHub
let idOfFirst: number
let names: string[]

const ask = async (path: string) => (await must(hub.call('GET', path, 'hub/operator'))).body

beforeAll(async () => {
  const { made, routes } = await listRoutes(() => startTestHub({ environment: { DATARUN_INGEST: 'false' } }))
  hub = made
  names = routes.map(({ name }) => name)
  for (const department of departments) {
    await registerDepartment(hub, department)
    const { properties, ...schema } = permitSchema(department)
    for (const maxLength of [10, 20]) {
      const wider = { ...schema, properties: { ...properties, note: { type: 'string', maxLength } } }
      const body = { schemaType: 'JSON', schema: JSON.stringify(wider) }
      await must(hub.call('POST', `/subjects/datarun.${department}.permit-value/versions`, 'hub/operator', body))
    }
  }
  idOfFirst = (await ask(`/subjects/${first}/versions/1`)).id
  for (const path of [`${first}/versions/2`, `${first}/versions/3`, second])
    await must(hub.call('DELETE', `/subjects/${path}`, 'hub/operator'))
})
afterAll(() => hub?.close())

test.each([
  ['', [0, 2]],
  ['?deleted=true', [0, 1, 2]],
  ['?deletedOnly=true', [1]],
  ['?deleted=true&deletedOnly=true', [1]],
  ['?subjectPrefix=datarun.second', []],
  ['?subjectPrefix=datarun.third', [2]],
  ['?subjectPrefix=:.:datarun.third', [2]],
  ['?subjectPrefix=:*:datarun.first', [0]],
  ['?subjectPrefix=:.other:datarun.', []],
  ['?subjectPrefix=', [0, 2]],
  ['?subjectPrefix=%25', []],
])('subjects%s are those that it asks for', async (query, expected) => {
  expect(await ask(`/subjects${query}`)).toEqual(expected.map(index => [first, second, third][index]))
})

test.each([
  ['first', '', [1]],
  ['first', '?deleted=true', [1, 2, 3]],
  ['first', '?deletedOnly=true', [2, 3]],
  ['third', '?deletedOnly=true', []],
  ['third', '?offset=1&limit=1', [2]],
  ['third', '?limit=0', []],
])('versions of the %s%s are those that it asks for', async (which, query, expected) => {
  const subject = { first, third }[which]
  expect(await ask(`/subjects/${subject}/versions${query}`)).toEqual(expected)
})

test.each([
  ['', { first: [1], second: [], third: [1, 2, 3] }],
  ['?latestOnly=true', { first: [1], second: [], third: [3] }],
  ['?deleted=true&latestOnly=true', { first: [3], second: [3], third: [3] }],
  ['?deletedOnly=true', { first: [2, 3], second: [1, 2, 3], third: [] }],
])('schemas%s are those that it asks for, each as its own address shows it', async (query, expected) => {
  const found = await ask(`/schemas${query}`)
  const names: [string, number][] = [
    ...expected.first.map((version): [string, number] => [first!, version]),
    ...expected.second.map((version): [string, number] => [second!, version]),
    ...expected.third.map((version): [string, number] => [third!, version]),
  ]
  expect(found).toEqual(
    await Promise.all(names.map(([subject, version]) => ask(`/subjects/${subject}/versions/${version}?deleted=true`))),
  )
})

test.each([
  '/subjects?deleted=true',
  '/schemas?deleted=true',
  '/schemas?latestOnly=true',
  '/subjects/FIRST/versions?deleted=true',
  '/schemas/ids/ID/versions',
  '/schemas/ids/ID/subjects',
  '/schemas/types',
  '/contexts?deleted=false',
  '/exporters?deleted=false',
])('pages of %s are the whole list in its order, and then nothing', async path => {
  const list = path.replace('FIRST', first!).replace('ID', String(idOfFirst))
  const at = (offset: number, limit: number) =>
    ask(`${list}${list.includes('?') ? '&' : '?'}offset=${offset}&limit=${limit}`)
  const whole = await ask(list)
  for (let limit = 1; limit <= whole.length + 1; limit += 1) {
    const pages = []
    for (let offset = 0; offset <= whole.length; offset += limit) pages.push(...(await at(offset, limit)))
    expect(pages).toEqual(whole)
  }
  expect(await at(whole.length, 5)).toEqual([])
  expect(await at(2_147_483_647, 5)).toEqual([])
  expect(await at(0, -1)).toEqual(whole)
})

test('schemas that are too large together are asked for by fewer at once', async () => {
  const { pool } = hub.database
  await pool.query(
    `insert into schema_version (dataset, version, schema, fingerprint, registered_by, registered_at)
     select $1, 100 + n, '{"title":"' || repeat('x', 1000000) || '"}', 'large ' || n, 'test', now() from generate_series(1, 40) as n`,
    [`${departments[2]}.permit`],
  )
  const refused = await hub.call('GET', '/schemas', 'hub/operator')
  expect([refused.status, refused.body.error_code]).toEqual([422, 422])
  expect(refused.body.message).toContain('limit')
  expect(await ask('/schemas?offset=4&limit=10')).toHaveLength(10)
  await pool.query('delete from schema_version where version > 100')
})

test('the largest id that there is stands beside a schema, where it is asked for', async () => {
  const ids = (await ask('/schemas?deleted=true')).map(({ id }: { id: number }) => id)
  expect(await ask(`/schemas/ids/${idOfFirst}?fetchMaxId=True`)).toMatchObject({ maxId: Math.max(...ids) })
  expect(await ask(`/schemas/ids/${idOfFirst}?fetchMaxId=False`)).not.toHaveProperty('maxId')
})

test('the subject of an id is a filter of its versions, and of its subjects', async () => {
  const versions = async (subject: string) => ask(`/schemas/ids/${idOfFirst}/versions?subject=${subject}`)
  expect(await versions(first!)).toEqual([{ subject: first, version: 1 }])
  expect(await versions(`:.:${first}`)).toEqual([{ subject: first, version: 1 }])
  expect([await versions(third!), await versions(`:.other:${first}`)]).toEqual([[], []])
  expect(await ask(`/schemas/ids/${idOfFirst}/subjects?subject=${third}`)).toEqual([])
  expect((await hub.call('GET', `/schemas/ids/${idOfFirst}?subject=:.other:x`, 'hub/operator')).status).toBe(404)
})

test('the registry says what it is: one context, no exporters, its own version', async () => {
  const { version } = (await import('../../../../../../package.json', { with: { type: 'json' } })).default
  expect(await ask('/contexts')).toEqual(['.'])
  expect(await ask('/contexts?contextPrefix=.x')).toEqual([])
  expect(await ask('/exporters')).toEqual([])
  expect(await ask('/v1/metadata/version')).toEqual({ version, commitId: '' })
  expect(await ask('/v1/metadata/id')).toMatchObject({ scope: { clusters: { 'schema-registry-cluster': 'datarun' } } })
})

test('what is asked in the default context is what is asked without, and is written there', async () => {
  for (const context of [':.:', ':.', '%3A.%3A']) {
    expect(await ask(`/contexts/${context}/subjects`)).toEqual([first, third])
    expect(await ask(`/contexts/${context}/schemas/ids/${idOfFirst}`)).toEqual(await ask(`/schemas/ids/${idOfFirst}`))
  }
  const path = `/contexts/:.:/config/:.:${third}`
  await must(hub.call('PUT', path, 'hub/operator', { compatibility: 'FULL' }))
  expect(await ask(`/config/${third}`)).toEqual({ compatibilityLevel: 'FULL' })
  await must(hub.call('DELETE', path, 'hub/operator'))
  const other = await hub.call('PUT', `/contexts/.other/config/${third}`, 'hub/operator', { compatibility: 'FULL' })
  expect([other.status, other.body.error_code]).toEqual([404, 404])
})

test('the policy of compatibility is the profile of the dataset, in both APIs', async () => {
  const evolution = `/v1/datasets/${departments[2]}.permit/evolution`
  await must(hub.call('PUT', `/config/${third}`, 'hub/operator', { compatibilityPolicy: 'lenient' }))
  expect(await ask(evolution)).toMatchObject({ compatibility: 'BACKWARD', profile: 'lenient' })
  expect(await ask(`/config/${third}`)).toEqual({ compatibilityLevel: 'BACKWARD', compatibilityPolicy: 'LENIENT' })
  const before = await must(hub.call('DELETE', `/config/${third}`, 'hub/operator'))
  expect(before.body).toEqual({ compatibilityLevel: 'BACKWARD', compatibilityPolicy: 'LENIENT' })
  expect(await ask(evolution)).toMatchObject({ profile: 'strict' })
})

test('what a reference names in the default context cannot go either', async () => {
  const { properties, ...schema } = permitSchema(departments[0]!)
  const body = {
    schemaType: 'JSON',
    schema: JSON.stringify({ ...schema, properties: { ...properties, other: { $ref: 'other.json' } } }),
    references: [{ name: 'other.json', subject: `:.:${third}`, version: 1 }],
  }
  const { id } = (await must(hub.call('POST', `/subjects/${first}/versions`, 'hub/operator', body))).body
  expect(await ask(`/subjects/${third}/versions/1/referencedby`)).toEqual([id])
  const refused = await hub.call('DELETE', `/subjects/${third}/versions/1`, 'hub/operator')
  expect([refused.status, refused.body.error_code]).toEqual([422, 42206])
})

test('the page for developers tells of every address of this API, and of no other', async () => {
  const page = await readFile(new URL('../../../../../../docs/schema-registry.md', import.meta.url), 'utf8')
  const told = [...page.matchAll(/^\| `([A-Z]+ \/[^`?]*)/gm)].map(([, name]) => name!)
  const ours = /^[A-Z]+ \/($|subjects|schemas|compatibility|config|mode|contexts$|exporters|associations|v1\/metadata)/
  expect(told.toSorted()).toEqual(names.filter(name => ours.test(name)).sort())
})

/** A subject may have hundreds of versions of a million characters: a text that is not asked for is not even read. */
test('whoever asks for one version has no other one’s text read', async () => {
  const dataset = third!.slice('datarun.'.length, -'-value'.length)
  const { schema: newest, id } = await ask(`/subjects/${third}/versions/latest`)
  const unreadable = 'update schema_version set schema = $2 where dataset = $1 and version = 1 returning schema'
  const { schema: oldest } = await ask(`/subjects/${third}/versions/1`)
  await hub.database.pool.query(unreadable, [dataset, '{'])
  try {
    for (const path of ['versions/latest', 'versions/3', 'metadata'])
      expect(await ask(`/subjects/${third}/${path}`)).toMatchObject({ id, schema: newest })
    const body = { schemaType: 'JSON', schema: newest }
    for (const path of [`subjects/${third}`, `subjects/${third}/versions/3`, `subjects/${third}/versions`])
      expect((await must(hub.call('POST', `/${path}`, 'hub/operator', body))).body).toMatchObject({ id, version: 3 })
    expect(await ask(`/subjects/${third}/versions`)).toEqual([1, 2, 3])
    expect((await ask(`/v1/datasets/${dataset}/schemas/latest`)).version).toBe(3)
  } finally {
    await hub.database.pool.query(unreadable, [dataset, oldest])
  }
})
