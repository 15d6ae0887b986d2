/**
 * A message may name its schema in five places. They were not compared: a framed message whose `ce_dataschema` said another
 * version was taken in by its frame, one that said `ce-type: …revoked` in another spelling as valid.
 */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { noExceptions } from '../../../../../services/contract/code-exceptions.ts'
import type { IncomingMessage, MessageHeaders } from '../../../../../services/contract/envelope.ts'
import { type Failure, isFailure } from '../../../../../services/contract/failure.ts'
import { messageReader, type PublisherStanding } from '../../../../../services/exchange/records/ingest/read-message.ts'
import type { SchemaName } from '../../../../../services/exchange/records/ingest/schema-claims.ts'
import { datasetOf, permitMessage } from '../../../../support/city-department.ts'

const department = 'permits'
const dataset = datasetOf(department)
const guids = ['0189abcd-0000-8000-a000-0000000000ff', 'ffffffff-ffff-8fff-afff-fffffffffffe'] as const
const foreignGuid = '00000000-0000-8000-a000-000000000003'
const named = new Map<SchemaName, { dataset: string; version: number }>([
  [11, { dataset: dataset.id, version: 1 }],
  [12, { dataset: dataset.id, version: 2 }],
  [21, { dataset: 'taxation.tax-clearance', version: 1 }],
  [guids[0], { dataset: dataset.id, version: 1 }],
  [guids[1], { dataset: dataset.id, version: 2 }],
  [foreignGuid, { dataset: 'taxation.tax-clearance', version: 1 }],
])
const schemas = { named, byVersion: new Map([1, 2].map(version => [version, { validate: () => undefined }])) }
const standing: Record<string, PublisherStanding> = { registry: 'may', asleep: 'inactive', reader: 'without-right' }
const read = messageReader(dataset, {
  now: () => new Date('2026-11-30T00:00:00Z'),
  publisher: system => standing[system.split('/')[1]!] ?? 'unknown',
  exceptions: noExceptions,
})

const event = permitMessage(department, { number: 'P-1', sequence: 5, change: 'revoked' })
const { ce_dataschema: _, ...unnamed } = event.headers
const bare = Buffer.from(String(event.value))
const idName = (id: number) => Buffer.from([0, 0, 0, 0, id])
const guidName = (guid: string) => Buffer.from(`01${guid.replaceAll('-', '')}`, 'hex')
const framed = (id: number) => Buffer.concat([idName(id), bare])
const urn = (version: number, of = dataset.id) => `urn:datarun:${of}:v${version}`

type Sent = { value?: Buffer; headers?: MessageHeaders }
const take = ({ value = bare, headers = {} }: Sent) => {
  const message: IncomingMessage = { offset: 3, timestamp: 1_796_000_000_000, key: Buffer.from('P-1'), value, headers }
  return read(message, schemas)
}

test.each<[string, Sent, number, string]>([
  ['a frame alone', { value: framed(12) }, 2, 'valid'],
  ['a GUID in the header, and no other', { headers: { __value_schema_id: guidName(guids[0]) } }, 1, 'valid'],
  ['a GUID before the value', { value: Buffer.concat([guidName(guids[1]), bare]) }, 2, 'valid'],
  ['an id in the header', { headers: { __value_schema_id: idName(12) } }, 2, 'valid'],
  ['a frame beside an envelope without dataschema', { value: framed(12), headers: unnamed }, 2, 'revoked'],
  ['a GUID beside an envelope', { headers: { ...unnamed, __value_schema_id: guidName(guids[1]) } }, 2, 'revoked'],
  ['an envelope alone', { headers: event.headers }, 1, 'revoked'],
  [
    'all of them, of one mind',
    {
      value: framed(12),
      headers: {
        ...{ ...unnamed, __value_schema_id: guidName(guids[1]), ce_dataschema: urn(2), ce_partitionkey: 'P-1' },
        'content-type': `application/json; charset=UTF-8; schema="${urn(2)}"`,
      },
    },
    2,
    'revoked',
  ],
  [
    'a content type of a JSON format',
    { headers: { ...event.headers, 'content-type': 'Application/LD+JSON' } },
    1,
    'revoked',
  ],
])('a schema named by %s is the one it is read by', (_what, sent, version, status) => {
  expect(take(sent)).toMatchObject({ key: 'P-1', schemaVersion: version, status })
})

const withGuid = (guid: string, headers: MessageHeaders = {}): Sent => ({
  headers: { ...headers, __value_schema_id: guidName(guid) },
})

test.each<[string, Sent, string, string, string[]]>([
  [
    'the frame and ce_dataschema',
    { value: framed(11), headers: { ...unnamed, ce_dataschema: urn(2) } },
    'SCHEMA_CONTRADICTED',
    'header:ce_dataschema',
    ['ce_dataschema names version 2', 'frame of the value names version 1'],
  ],
  [
    'the frame and the header of another version',
    { value: framed(11), headers: { __value_schema_id: guidName(guids[1]) } },
    'SCHEMA_CONTRADICTED',
    'header:__value_schema_id',
    ['names version 2', 'names version 1'],
  ],
  [
    'the GUID and the content type',
    withGuid(guids[0], { 'content-type': `application/json; schema=${urn(2)}` }),
    'SCHEMA_CONTRADICTED',
    'header:content-type',
    ['names version 2', '__value_schema_id names version 1'],
  ],
  [
    'ce_dataschema and the content type',
    { headers: { ...event.headers, 'content-type': `application/json;profile="${urn(3)}"` } },
    'SCHEMA_CONTRADICTED',
    'header:content-type',
    ['names version 3', 'ce_dataschema names version 1'],
  ],
  [
    'one parameter of the content type and another',
    { value: framed(11), headers: { 'content-type': `application/json;schema=${urn(1)};profile="${urn(2)}"` } },
    'SCHEMA_CONTRADICTED',
    'header:content-type',
    ['names version 2', 'frame of the value names version 1'],
  ],
  [
    'a parameter of the content type and the topic, behind one that is right',
    { headers: { 'content-type': `application/json;schema=${urn(1)};dataschema=${urn(1, 'taxation.tax-clearance')}` } },
    'SCHEMA_CONTRADICTED',
    'header:content-type',
    ['taxation.tax-clearance', dataset.id],
  ],
  [
    'the frame and the topic',
    { value: framed(21) },
    'SCHEMA_CONTRADICTED',
    'value',
    ['taxation.tax-clearance', dataset.id],
  ],
  ['the GUID and the topic', withGuid(foreignGuid), 'SCHEMA_CONTRADICTED', 'header:__value_schema_id', [dataset.id]],
  [
    'ce_dataschema and the topic',
    { headers: { ...unnamed, ce_dataschema: urn(1, 'taxation.tax-clearance') } },
    'SCHEMA_CONTRADICTED',
    'header:ce_dataschema',
    ['taxation.tax-clearance', dataset.id],
  ],
  [
    'ce_subject and the key',
    { value: framed(11), headers: { ...unnamed, ce_subject: 'P-2' } },
    'KEY_MISMATCH',
    'header:ce_subject',
    ['the message key'],
  ],
  [
    'ce_partitionkey and the key',
    { headers: { ...event.headers, ce_partitionkey: 'P-2' } },
    'KEY_MISMATCH',
    'header:ce_partitionkey',
    ['the message key'],
  ],
  [
    'ce_source and the topic',
    { headers: { ...event.headers, ce_source: '/departments/taxation/systems/registry' } },
    'SOURCE_MISMATCH',
    'header:ce_source',
    ['taxation', department],
  ],
])('of two claims that contradict each other both are told: %s', (_what, sent, code, pointer, says) => {
  const refused = take(sent) as Failure
  expect(refused).toMatchObject({ failure: code, pointer })
  for (const words of says) expect(refused.detail).toContain(words)
})

const noGuid = Buffer.from([1, ...Array(15).fill(7)])
test.each<[string, Sent, string, string, string]>([
  [
    'a GUID that nobody has',
    withGuid(guids[0].replace('01', '02')),
    'SCHEMA_UNKNOWN',
    'header:__value_schema_id',
    'GUID 0289',
  ],
  [
    'a GUID of 15 bytes',
    { headers: { __value_schema_id: noGuid } },
    'ENVELOPE_INVALID',
    'header:__value_schema_id',
    '16 bytes',
  ],
  [
    'a GUID of 17 bytes',
    { headers: { __value_schema_id: Buffer.concat([guidName(guids[0]), noGuid]) } },
    'ENVELOPE_INVALID',
    'header:__value_schema_id',
    'it has 33',
  ],
  [
    'a GUID as text',
    { headers: { __value_schema_id: guids[0] } },
    'ENVELOPE_INVALID',
    'header:__value_schema_id',
    'it has 36',
  ],
  [
    'a magic byte 2',
    { headers: { __value_schema_id: Buffer.alloc(17, 2) } },
    'ENVELOPE_INVALID',
    'header:__value_schema_id',
    'GUID',
  ],
  [
    'an empty header',
    { headers: { __value_schema_id: null } },
    'ENVELOPE_INVALID',
    'header:__value_schema_id',
    'it has 0',
  ],
  [
    'the header twice',
    { headers: { __value_schema_id: [guidName(guids[0]), guidName(guids[0])] } },
    'ENVELOPE_INVALID',
    'header:__value_schema_id',
    'once',
  ],
  [
    'a key of a schema',
    withGuid(guids[0], { __key_schema_id: guidName(guids[0]) }),
    'ENVELOPE_INVALID',
    'header:__key_schema_id',
    'plain text',
  ],
  [
    'a dataschema of another form',
    { value: framed(11), headers: { ...unnamed, ce_dataschema: 'https://hub/schemas/ids/11' } },
    'ENVELOPE_INVALID',
    'header:ce_dataschema',
    'urn:datarun:',
  ],
  [
    'Avro',
    { headers: { ...event.headers, 'content-type': 'application/avro' } },
    'ENVELOPE_INVALID',
    'header:content-type',
    'application/json',
  ],
  [
    'GBK',
    { headers: { ...event.headers, 'content-type': 'application/json; charset=GBK' } },
    'ENVELOPE_INVALID',
    'header:content-type',
    'utf-8',
  ],
  [
    'a structured event',
    { value: framed(11), headers: { 'content-type': 'application/cloudevents+json' } },
    'ENVELOPE_INVALID',
    'header:content-type',
    'ce_ headers',
  ],
  ['an id twice', { headers: { ...event.headers, ce_id: ['a', 'a'] } }, 'ENVELOPE_INVALID', 'header:ce_id', 'once'],
  [
    'a frame and a part of an envelope',
    { value: framed(11), headers: { ce_type: 'datarun.record.revoked' } },
    'ENVELOPE_INVALID',
    'header:ce_specversion',
    'ce_',
  ],
  [
    'a frame and an envelope of HTTP',
    { value: framed(11), headers: { 'ce-specversion': '1.0', 'ce-type': 'datarun.record.revoked' } },
    'ENVELOPE_INVALID',
    'header:ce_specversion',
    'underscore',
  ],
  [
    'a system that sleeps',
    { headers: { ...event.headers, ce_source: `/departments/${department}/systems/asleep` } },
    'SOURCE_MISMATCH',
    'header:ce_source',
    'not active',
  ],
  [
    'a system without the right',
    { headers: { ...event.headers, ce_source: `/departments/${department}/systems/reader` } },
    'SOURCE_MISMATCH',
    'header:ce_source',
    'no right to publish',
  ],
  [
    'a stranger',
    { headers: { ...event.headers, ce_source: `/departments/${department}/systems/nobody` } },
    'SOURCE_MISMATCH',
    'header:ce_source',
    'registered',
  ],
])('%s is rejected, with its place and the way out', (_what, sent, code, pointer, says) => {
  expect(take(sent)).toMatchObject({ failure: code, pointer, detail: expect.stringContaining(says) })
})

const places = {
  value: fc.constantFrom(undefined, 11, 12, 21),
  header: fc.constantFrom<SchemaName | undefined>(undefined, 11, 12, 21, ...guids, foreignGuid),
  dataschema: fc.constantFrom(undefined, urn(1), urn(2), urn(1, 'taxation.tax-clearance')),
  contentType: fc.constantFrom(undefined, 'application/json', `application/json; schema=${urn(1)}`),
}
const versionOf: Record<string, string> = { [urn(1)]: `${dataset.id} 1`, [urn(2)]: `${dataset.id} 2` }
const meant = (name: SchemaName) => `${named.get(name)!.dataset} ${named.get(name)!.version}`

test('whatever the five places say, the record is read by what all of them name, or by nothing', () => {
  fc.assert(
    fc.property(fc.record(places), ({ value, header, dataschema, contentType }) => {
      const said = new Set<string>()
      if (value) said.add(meant(value))
      if (header) said.add(meant(header))
      if (dataschema) said.add(versionOf[dataschema] ?? dataschema)
      if (contentType?.includes('schema')) said.add(versionOf[urn(1)]!)
      const outcome = take({
        value: value ? framed(value) : bare,
        headers: {
          ...unnamed,
          'content-type': contentType,
          ce_dataschema: dataschema,
          __value_schema_id:
            header === undefined ? undefined : typeof header === 'number' ? idName(header) : guidName(header),
        },
      })
      const [only = ''] = said
      if (said.size === 0)
        expect(outcome).toMatchObject({ failure: 'ENVELOPE_INVALID', pointer: 'header:ce_dataschema' })
      else if (said.size > 1 || !only.startsWith(dataset.id))
        expect(outcome).toMatchObject({ failure: 'SCHEMA_CONTRADICTED' })
      else expect(isFailure(outcome) || `${outcome.dataset} ${outcome.schemaVersion}`).toBe(only)
    }),
  )
})
