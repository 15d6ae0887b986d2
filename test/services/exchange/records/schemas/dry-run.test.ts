/** A dry run tells the truth on the sample catalogue: what it says of the sample city's records is counted here by hand. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { applyCatalogue, readCatalogueFolder } from '../../../../../services/client/catalogue-folder.ts'
import { createHubClient } from '../../../../../services/client/hub-client.ts'
import type { Json, JsonObject } from '../../../../../services/contract/canonical-json.ts'
import { bearing } from '../../../../../services/contract/token-source.ts'
import { buildCity } from '../../../../../services/local/city/city.ts'
import { repository } from '../../../../../services/local/places.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'

const catalogue = await readCatalogueFolder(join(repository, 'schemas'))
const records = Map.groupBy(buildCity({ people: 400, seed: 5 }).records(), ({ dataset }) => dataset)
const bodiesOf = (dataset: string): JsonObject[] => records.get(dataset)!.map(({ data }) => data)
const withRecords = catalogue.datasets.filter(({ entry }) => records.has(entry.id))
const system = 'civil-affairs/registry'
let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub()
  const client = createHubClient({ hub: hub.exchange.address, authorize: bearing(() => hub.tokenOf('hub/operator')) })
  await applyCatalogue(client, catalogue, async () => undefined)
  for (const { entry } of withRecords) await store(entry.id, bodiesOf(entry.id), 'city')
})
afterAll(() => hub?.close())

async function store(dataset: string, bodies: JsonObject[], prefix: string) {
  await hub.database.pool.query(
    `insert into record (dataset, key, sequence, status, schema_version, event_id, system, event_time, body, about)
     select $1, $2 || n, 1, 'valid', 1, $2 || n, $3, now(), body, ''
     from jsonb_array_elements($4::jsonb) with ordinality as given (body, n)`,
    [dataset, `${prefix}-`, system, JSON.stringify(bodies)],
  )
}

const dryRun = async (dataset: string, schema: JsonObject) => {
  const path = `/v1/datasets/${dataset}/schemas`
  const answer = await hub.call('POST', `${path}?dryRun=true`, 'hub/operator', { schema })
  expect(answer.status).toBe(200)
  const { body: after } = await hub.call('GET', path, 'hub/operator')
  expect(after.items).toHaveLength(catalogue.datasets.find(({ entry }) => entry.id === dataset)!.schemas.length)
  return answer.body
}

const newest = (schemas: JsonObject[]) => schemas.at(-1)! as JsonObject & { properties: JsonObject }
const changed = (schema: ReturnType<typeof newest>, properties: JsonObject, more: JsonObject = {}): JsonObject => {
  const { $id: _, ...rest } = schema
  return { ...rest, ...more, properties: { ...schema.properties, ...properties } }
}

test('the sample city has records of nearly every dataset', () => {
  expect(withRecords.length).toBeGreaterThan(catalogue.datasets.length - 2)
})

describe.each(withRecords.map(({ entry, schemas }) => [entry.id, entry, newest(schemas)] as const))(
  '%s',
  (dataset, entry, schema) => {
    const key = (entry.key as string).slice(1)
    const keys = bodiesOf(dataset).map(body => body[key] as Json)

    test('a narrower field: as many records are told lost as lack an allowed value, and why', async () => {
      const allowed = keys.slice(0, Math.min(40, Math.ceil(keys.length / 2)))
      const lost = keys.filter(value => !allowed.includes(value)).length
      const said = await dryRun(
        dataset,
        changed(schema, { [key]: { ...(schema.properties[key] as JsonObject), enum: allowed } }),
      )
      expect(said.compatibility.verdict).toBe('incompatible')
      expect(said.records).toEqual({
        counted: keys.length,
        judged: keys.length,
        sampled: false,
        rejected: lost,
        reasons: lost > 0 ? [{ pointer: `/${key}`, keyword: 'enum', records: lost }] : [],
      })
      expect(said.changedFields).toEqual([`/${key}`])
      expect(said.publishers).toMatchObject([{ system, version: 1, records: keys.length }])
    })

    test('a field more loses nothing, and is told all the same; one that must be there loses everything', async () => {
      const remark = { remark: { type: 'string', maxLength: 200 } }
      const optional = await dryRun(dataset, changed(schema, remark))
      expect(optional).toMatchObject({
        compatibility: { verdict: 'compatible', comparisons: [{ version: 1 }] },
        records: { rejected: 0, reasons: [] },
      })
      const [{ differences }] = optional.compatibility.comparisons
      expect(differences).toContainEqual(expect.objectContaining({ newPointer: '/properties/remark', effect: 'none' }))
      const required = [...((schema.required as string[]) ?? []), 'remark']
      const demanded = await dryRun(dataset, changed(schema, remark, { required }))
      expect(demanded).toMatchObject({
        compatibility: { verdict: 'incompatible' },
        records: {
          rejected: keys.length,
          reasons: [{ pointer: '/remark', keyword: 'required', records: keys.length }],
        },
      })
    })
  },
)

test('where there are more records than are judged, the answer says that it is a sample', async () => {
  const { entry, schemas } = withRecords[0]!
  const [body] = bodiesOf(entry.id)
  await store(entry.id, Array(2_500).fill(body), 'copy')
  const { records: said } = await dryRun(entry.id, changed(newest(schemas), { remark: { type: 'string' } }))
  expect(said).toMatchObject({ counted: bodiesOf(entry.id).length + 2_500, judged: 2_000, sampled: true, rejected: 0 })
})
