/** Holds: a record about so many people that no pull of it could be logged must be rejected when it comes, and say why. */
import { expect, test } from '@jest/globals'
import { noExceptions } from '../../../../../services/contract/code-exceptions.ts'
import { isFailure } from '../../../../../services/contract/failure.ts'
import { messageReader } from '../../../../../services/exchange/records/ingest/read-message.ts'
import { mostSubjects } from '../../../../../services/exchange/records/ingest/record-reader.ts'
import { datasetOf, permitMessage } from '../../../../support/city-department.ts'
import { residentIdBorn } from '../../../../support/resident.ts'

const dataset = datasetOf('source', {
  subjects: [
    { type: 'person', id: '/holder/id', role: 'holder' },
    { type: 'person', id: '/others/*', role: 'other' },
  ],
})
const schemas = { byVersion: new Map([[1, { validate: () => undefined }]]), named: new Map() }

/** A permit about its holder and so many others. */
function read(others: number) {
  const { value, headers, key } = permitMessage('source', { number: 'P-1', sequence: 1 })
  const people = Array.from({ length: others }, (_, n) => residentIdBorn('19900101', String(n + 1).padStart(3, '0')))
  const record = JSON.stringify({ ...JSON.parse(String(value)), others: people })
  const message = { key: Buffer.from(String(key)), value: Buffer.from(record), headers, timestamp: 0, offset: '0' }
  return messageReader(dataset, { now: () => new Date(), publisher: () => 'may', exceptions: noExceptions })(
    message as never,
    schemas,
  )
}

test('a record is about as many subjects as it may be', () => {
  const version = read(mostSubjects - 1)
  expect(isFailure(version) ? version : version.subjects.length).toBe(mostSubjects)
})

test('one more, and it is rejected by name, with the pointer to what is too many', () => {
  expect(read(mostSubjects)).toMatchObject({
    failure: 'RECORD_SUBJECTS_TOO_MANY',
    pointer: '/others/*',
    detail: expect.stringContaining('500'),
    detailZh: expect.stringContaining('500'),
  })
})
