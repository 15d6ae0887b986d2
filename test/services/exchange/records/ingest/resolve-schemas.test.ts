import { expect, test } from '@jest/globals'
import type { IncomingMessage } from '../../../../../services/contract/envelope.ts'
import { resolveSchemas } from '../../../../../services/exchange/records/ingest/resolve-schemas.ts'
import type { SchemaSource } from '../../../../../services/exchange/records/schemas/schemas.ts'

const dataset = 'permits.permit'
const registered = { validate: () => undefined }
const source: SchemaSource = {
  validatorFor: async (of, version) => (of === dataset && version <= 60 ? registered : undefined),
  byGlobalId: async id => (id <= 60 ? { dataset, version: id } : undefined),
  byGuid: async () => undefined,
}
const message = (more: Partial<IncomingMessage>): IncomingMessage => ({
  offset: 1,
  timestamp: 0,
  key: Buffer.from('P-1'),
  value: Buffer.from('{}'),
  headers: {},
  ...more,
})
const framed = (id: number) => Buffer.from([0, 0, 0, id >> 8, id & 255, 0x7b, 0x7d])
const urn = (version: number) => `urn:datarun:${dataset}:v${version}`

test('however many unknown schemas come before it in its batch, a message that names a registered one is read by it', async () => {
  const strangers = Array.from({ length: 400 }, (_, n) => [
    message({ value: framed(1_000 + n) }),
    message({ headers: { __value_schema_id: Buffer.alloc(17, 1).fill(n, 15) } }),
    message({ headers: { ce_dataschema: urn(1_000 + n) } }),
    message({ headers: { 'content-type': `application/json; schema=${urn(5_000 + n)}` } }),
  ]).flat()
  const rightful = [
    message({ value: framed(7) }),
    message({ headers: { ce_dataschema: urn(8) } }),
    message({ headers: { 'content-type': `application/json; schema=${urn(9)}; profile=${urn(10)}` } }),
  ]
  const { named, byVersion } = await resolveSchemas(source, dataset, [...strangers, ...rightful])
  expect([...named]).toEqual([[7, { dataset, version: 7 }]])
  expect([...byVersion.keys()].toSorted((one, other) => one - other)).toEqual([7, 8, 9, 10])
})

test('as many versions as are registered are resolved in one batch', async () => {
  const messages = Array.from({ length: 60 }, (_, n) => message({ value: framed(n + 1) }))
  const { byVersion } = await resolveSchemas(source, dataset, messages)
  expect(byVersion.size).toBe(60)
})
